"""Paper: PDF/UA-1, composed by WeasyPrint, which is loaded with the first document."""

from collections.abc import Iterable


class DocumentImpossible(RuntimeError):
    """The document cannot be composed as its template asks: nothing is handed over."""


def imprimer(texte: str, *, feuille: str) -> bytes:
    """Return the PDF of this HTML, laid out by the style sheet `feuille` of our static files.

    Raises `DocumentImpossible` when it asks for anything else than our own files.
    """
    return imprimer_en(None, [texte], feuille=feuille)


def imprimer_en(pages: int | None, textes: Iterable[str], *, feuille: str) -> bytes:
    """Return the PDF of the first of these texts that has no more than so many pages.

    They say the same, each with less room than the one before; the last is taken as it comes.
    """
    from usagers import composition  # noqa: PLC0415 - 50 MB that most processes never need

    return composition.composer(pages, textes, feuille=feuille)
