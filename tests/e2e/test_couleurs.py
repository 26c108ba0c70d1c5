"""Dark scheme and colours forced by the reader: what is drawn is still seen, the focus too."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import axe
from tests.e2e import clavier, gestes
from tests.fixtures_demo import DELAI
from tests.serveurs import Demo

PAGES = (
    "/", "/comprendre-franceconnect/", "/les-demarches/", "/ce-que-je-signe/", "/langues/",
    "/langues/ar/accueil/", "/questions-frequentes/", "/statistiques/", "/orientation/",
    "/parcours/", "/parcours/logement/deces-non/", "/parcours/logement/deces-oui/",
    "/parcours/arbre/", "/connexion/", "/mon-mandat/", "/verifier/",
)  # fmt: skip
PRINCIPAL = "main button[type=submit].fr-btn:not(:disabled)"
MODES = {
    "sombre": ("dark", "none"),
    "forcees-sombres": ("dark", "active"),
    "forcees-claires": ("light", "active"),
}
# The contrast of what is drawn or written with `derriere`, or with the element's own background.
CONTRASTES = """([dessin, derriere]) => {
    const clarte = (couleur) => {
        const [r, g, b] = couleur.match(/[\\d.]+/g).map(Number).map((part) => {
            const c = part / 255;
            return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const svg = (element) => element.namespaceURI.endsWith('svg');
    const encre = (element, style) =>
        !svg(element) ? style.color : style.fill === 'none' ? style.stroke : style.fill;
    const fond = (element, style) => svg(element) ? style.fill : style.backgroundColor;
    return [...document.querySelectorAll(dessin)].map((element) => {
        const dessous = derriere ? document.querySelector(derriere) : element;
        const [haut, bas] = [
            clarte(encre(element, getComputedStyle(element))),
            clarte(fond(dessous, getComputedStyle(dessous))),
        ].sort((a, b) => b - a);
        return (haut + 0.05) / (bas + 0.05);
    });
}"""


@pytest.fixture(params=MODES)
def page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    scheme, forcees = MODES[request.param]
    contexte = chromium.new_context(
        locale="fr-FR",
        viewport={"width": 1280, "height": 720},
        color_scheme="dark" if scheme == "dark" else "light",
        forced_colors="active" if forcees == "active" else "none",
    )
    contexte.set_default_timeout(DELAI)
    yield contexte.new_page()
    contexte.close()


def est_vu(page: Page, dessin: str, derriere: str, *, au_moins: float) -> None:
    """WCAG 2.2, 1.4.3 for a text, 1.4.11 for what is drawn."""
    contrastes = page.evaluate(CONTRASTES, [dessin, derriere])
    assert contrastes, f"{dessin} is not on {page.url}"
    assert min(contrastes) >= au_moins, (page.url, dessin, contrastes)


def verifier(page: Page) -> None:
    """No defect; axe reads the site's colours of a button even where the reader's are shown."""
    forcees = page.evaluate("matchMedia('(forced-colors: active)').matches")
    resultat = axe.regarder(page, contrastes=not forcees)
    assert resultat.violations_count == 0, (page.url, resultat.generate_report())
    if page.locator(PRINCIPAL).count():
        est_vu(page, PRINCIPAL, "", au_moins=4.5)


def test_pages_have_no_defect(page: Page, demo: Demo, chiffres: None) -> None:
    for chemin in PAGES:
        page.goto(f"{demo.produit}{chemin}")
        verifier(page)


def test_pictograms_are_seen(page: Page, demo: Demo) -> None:
    for chemin in ("/", "/les-demarches/", "/parcours/logement/deces-non/", "/orientation/"):
        page.goto(f"{demo.produit}{chemin}")
        est_vu(page, "main .fr-artwork-major", "body", au_moins=3)


def test_drawn_tree_is_seen(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.produit}/parcours/arbre/")
    for genre in ("question", "aide", "issue"):
        boite = f".ac-dessin__boite--{genre}"
        est_vu(page, ".ac-dessin__texte, .ac-dessin__reponse", boite, au_moins=4.5)
    est_vu(page, ".ac-dessin__trait, .ac-dessin__pointe", "body", au_moins=3)


def test_focus_is_seen(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.produit}/parcours/logement/deces-non/")
    clavier.choisir(page, "Oui")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Connaissez-vous le site")


def test_drawn_signature_is_black_on_white(page: Page, demo: Demo) -> None:
    """What is kept is black: the area stays white, whatever the reader's colours."""
    gestes.se_connecter(page, demo, "Samuel")
    gestes.choisir_demarches(page, demo, "logement", jours=1)
    gestes.s_identifier(page, "presumee")
    zone = page.locator(".ac-signature__zone")
    expect(zone).to_have_css("background-color", "rgb(255, 255, 255)")
    gestes.dessiner(page)
    expect(page.locator("#signature-etat")).not_to_have_text(re.compile("vide"))
    verifier(page)
