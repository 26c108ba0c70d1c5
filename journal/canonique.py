"""Canonical form of what is committed to or sealed: one byte string for one content.

JSON with sorted ASCII keys and no space, holding strings, integers, booleans, null and maps only:
a subset of RFC 8785. The commitment is HMAC-SHA-256 over it, keyed with a random salt: names and
dates can be guessed, a salted commitment cannot be tried without its salt.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping

TAILLE_SEL = 32
_ENCODEUR = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def canonique(contenu: Mapping[str, object]) -> bytes:
    """Return the canonical bytes of `contenu`; floats raise ValueError."""
    _verifier(contenu)
    return _ENCODEUR.encode(contenu).encode("ascii")


def engagement(sel: bytes, contenu: Mapping[str, object]) -> bytes:
    """Return the 32-byte commitment to `contenu` under `sel` (32 bytes)."""
    if len(sel) != TAILLE_SEL:
        raise ValueError("The salt of a commitment has 32 bytes.")
    return hmac.new(sel, canonique(contenu), hashlib.sha256).digest()


def _verifier(valeur: object) -> None:
    if isinstance(valeur, Mapping):
        for membre in valeur.values():
            _verifier(membre)
    elif valeur is not None and not isinstance(valeur, str | int):
        raise ValueError(f"No canonical form for {type(valeur).__name__}")
