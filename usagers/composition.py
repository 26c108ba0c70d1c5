"""Composing paper by WeasyPrint, which reads our own static files alone: the work of `papier`."""

import functools
from typing import Any

from django.contrib.staticfiles import finders
from weasyprint import CSS, HTML
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from usagers.papier import DocumentImpossible

_PREFIXE = "statique:"
_VARIANTE = "pdf/ua-1"


class RessourceInterdite(FatalURLFetchingError):
    """The document asks for something else than one of our own static files."""


class Statique(URLFetcher):
    """Reads `statique:chemin` in our static files and `data:`; refuses all else."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=("data",))

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        if url.startswith("data:"):
            return super().fetch(url, headers)
        chemin = url.startswith(_PREFIXE) and finders.find(url.removeprefix(_PREFIXE))
        if not chemin:
            raise RessourceInterdite(url[:80])
        with open(chemin, "rb") as fichier:
            return URLFetcherResponse(url, fichier.read())


@functools.cache
def _mise_en_page(feuille: str) -> tuple[Statique, FontConfiguration, CSS]:
    """Fonts and style sheet, read once per process."""
    lecteur = Statique()
    polices = FontConfiguration()
    chemin = finders.find(feuille)
    return lecteur, polices, CSS(filename=chemin, font_config=polices, url_fetcher=lecteur)


def composer(texte: str, *, feuille: str, pages: int | None = None) -> bytes | None:
    """Return the PDF of this HTML; None when it has more than so many pages."""
    document = _disposer(texte, feuille)
    if pages is not None and len(document.pages) > pages:
        return None
    return _octets(document)


def _disposer(texte: str, feuille: str) -> Document:
    lecteur, polices, style = _mise_en_page(feuille)
    page = HTML(string=texte, url_fetcher=lecteur, base_url=_PREFIXE)
    try:
        return page.render(stylesheets=[style], font_config=polices, pdf_variant=_VARIANTE)
    except RessourceInterdite as erreur:  # WeasyPrint wants it outside of Exception
        raise DocumentImpossible from erreur


def _octets(document: Document) -> bytes:
    try:
        octets: bytes = document.write_pdf(pdf_variant=_VARIANTE)
    except RessourceInterdite as erreur:
        raise DocumentImpossible from erreur
    return octets
