"""The answers of the FAQ, from Markdown to HTML: the one door through which our HTML comes safe.

Paragraphs, lists, bold, italic and links are read; anything else, HTML first, is text and shown as
such. A link leads to this site, to the web, to a mail or to a telephone, and nowhere else.
"""

import re
from typing import Final

from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

REGLES: Final = ["list", "emphasis", "link", "newline", "escape", "entity"]
# A path of this site (not « //host », nor « /\\host »), an anchor, or a scheme of the list.
_ADRESSE: Final = re.compile(r"(https?://|mailto:|tel:)[^\s\\]+|/(?![/\\])[^\s\\]*|#[\w-]+", re.I)


def en_html(texte: str) -> SafeString:
    """Return safe HTML: what the parser writes is its own tags, with every text escaped."""
    return SafeString(_LECTEUR.render(texte))


class Lecteur(MarkdownIt):
    def validateLink(self, url: str) -> bool:
        return _ADRESSE.fullmatch(url) is not None


_LECTEUR: Final = Lecteur("zero", {"html": False, "maxNesting": 10}).enable(REGLES)
