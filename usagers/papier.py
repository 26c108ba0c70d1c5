"""Paper: PDF/UA-1, composed by WeasyPrint in the workshop."""

from collections.abc import Iterable

from usagers.atelier import confier


class DocumentImpossible(RuntimeError):
    """The document cannot be composed as its template asks: nothing is handed over."""


def imprimer(texte: str, *, feuille: str) -> bytes:
    """Return the PDF of this HTML, laid out by the style sheet `feuille` of our static files.

    Raises `DocumentImpossible` when it asks for anything else than our own files.
    """
    octets: bytes = confier("usagers.composition.composer", texte, feuille=feuille)
    return octets


def imprimer_en(pages: int, textes: Iterable[str], *, feuille: str) -> bytes:
    """Return the PDF of the first of these texts that has no more than so many pages.

    They say the same, each with less room than the one before; the last is taken as it comes.
    """
    for texte in textes:
        octets: bytes | None = confier(
            "usagers.composition.composer", texte, feuille=feuille, pages=pages
        )
        if octets is not None:
            return octets
    return imprimer(texte, feuille=feuille)
