"""Answers in Markdown: what is meant is shown, and nothing else becomes HTML."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aidants_connect.markdown import en_html

PERMISES = {"p", "ul", "ol", "li", "strong", "em", "a", "br"}


class Balises(HTMLParser):
    """Each element, with its attributes, as a browser would read them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.trouvees: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.trouvees.append((tag, dict(attrs)))


def est_sur(html: str) -> bool:
    for balise, attributs in Balises(html).trouvees:
        if balise not in PERMISES or set(attributs) - {"href", "title", "start"}:
            return False
        adresse = attributs.get("href")
        if adresse is not None and not re.match(
            r"https?://|mailto:|tel:|/(?![/\\])|#", adresse, re.I
        ):
            return False
    return True


@pytest.mark.parametrize(
    ("texte", "html"),
    [
        ("Une ligne.\n\nUne autre.", "<p>Une ligne.</p>\n<p>Une autre.</p>\n"),
        ("**gras** et *penché*", "<p><strong>gras</strong> et <em>penché</em></p>\n"),
        ("- un\n- deux", "<ul>\n<li>un</li>\n<li>deux</li>\n</ul>\n"),
        ("[ici](/mon-mandat/)", '<p><a href="/mon-mandat/">ici</a></p>\n'),
        ("[lien](https://a.fr/?b=1&c)", '<p><a href="https://a.fr/?b=1&amp;c">lien</a></p>\n'),
        ("[tél](tel:0123456789)", '<p><a href="tel:0123456789">tél</a></p>\n'),
        ("[mail](mailto:a@b.fr)", '<p><a href="mailto:a@b.fr">mail</a></p>\n'),
        ("# Pas un titre", "<p># Pas un titre</p>\n"),
    ],
)
def test_what_is_meant_is_shown(texte: str, html: str) -> None:
    assert en_html(texte) == html


HOSTILES = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java&#10;script:alert(1))",
    "[x](vbscript:x)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](//mal.example)",
    "[x](/\\mal.example)",
    "[x](\\\\mal.example)",
    "[x](file:///etc/passwd)",
    "![x](https://mal.example/pixel.png)",
    '[x](/a" onclick="alert(1))',
    '[x](/a "t\\" onclick=alert(1)")',
    "<https://mal.example>",
    "[x]: javascript:alert(1)\n\n[x]",
    "<details open ontoggle=alert(1)>",
    "`<b>`",
    "&lt;script&gt;",
    "[" * 500 + "](/a)" * 500,
    "*" * 3000,
    "- " * 300 + "x",
]


@pytest.mark.parametrize("texte", HOSTILES)
def test_hostile_text_stays_text(texte: str) -> None:
    html = en_html(texte)
    assert est_sur(html), html
    assert "<script" not in html
    assert "<img" not in html


MORCEAUX = st.sampled_from(
    [
        "[", "]", "(", ")", "<", ">", '"', "'", "&", "/", "\\", "//", "*", "_", "`", "\n", "- ",
        "1. ", "&#x", ";", "\u00a0", "\t", "\x00", "é", "![", "<script>", "onerror=",
        "javascript:", "data:", "http://", "https://a.fr", "mailto:",
    ]
)  # fmt: skip


@given(st.lists(MORCEAUX | st.text(max_size=5), max_size=40).map("".join))
def test_no_text_becomes_anything_else(texte: str) -> None:
    assert est_sur(en_html(texte))
