"""Reading a PDF: its structure, its pages, its text."""

import unicodedata
from typing import Any

import pikepdf


def elements(noeud: Any) -> list[Any]:
    """Every structure element under `noeud`."""
    enfants = noeud.get("/K", [])
    liste = list(enfants) if isinstance(enfants, pikepdf.Array) else [enfants]
    sous = [e for e in liste if isinstance(e, pikepdf.Dictionary) and "/S" in e]
    return [*sous, *(petit for enfant in sous for petit in elements(enfant))]


def sans_blancs(texte: str) -> str:
    """What to compare: a text that was read may have a blank where a line ends, or letters part."""
    return "".join(unicodedata.normalize("NFC", texte).split())
