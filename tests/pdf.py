"""Reading a PDF: its structure, its pages, its text."""

from typing import Any

import pikepdf


def elements(noeud: Any) -> list[Any]:
    """Every structure element under `noeud`."""
    enfants = noeud.get("/K", [])
    liste = list(enfants) if isinstance(enfants, pikepdf.Array) else [enfants]
    sous = [e for e in liste if isinstance(e, pikepdf.Dictionary) and "/S" in e]
    return [*sous, *(petit for enfant in sous for petit in elements(enfant))]
