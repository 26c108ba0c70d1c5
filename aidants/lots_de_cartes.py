"""A file of TOTP cards as a supplier gives it: serial numbers and seeds, checked whole.

Pure. What it says of a wrong line never holds a seed, nor a serial number that might be one.
"""

import json
import re
from base64 import b32decode
from binascii import Error as MauvaisCodage
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from aidants.tableurs import Colonne, Rang, Tableau

COLONNES = (
    Colonne("serie", "Numéro de série", autres=("série", "n° de série", "serial", "serial number")),
    Colonne("cle", "Clé", autres=("graine", "seed", "secret", "key")),
    Colonne("pas", "Pas", obligatoire=False, autres=("durée", "time step", "interval", "period")),
)
PAS = (30, 60)  # seconds
_SERIE = re.compile(r"[A-Z0-9][A-Z0-9._/-]{0,49}")
_HEX = re.compile(r"(?:[0-9A-F]{2}){16,64}")
_BASE32 = re.compile(r"[A-Z2-7]{26,103}")


@dataclass(frozen=True)
class Graine:
    """What makes a card."""

    serie: str
    cle: bytes = field(repr=False)
    pas: int


@dataclass(frozen=True)
class Probleme:
    ligne: int | None
    serie: str  # empty when it cannot be shown
    message: str


def normaliser_serie(texte: str) -> str:
    """A serial number as it is kept: capitals, no blank."""
    return "".join(texte.split()).upper()


def lire_cle(texte: str) -> bytes | None:
    """A seed of 16 to 64 bytes, in hexadecimal or in base32; None when it is neither."""
    propre = re.sub(r"[\s-]", "", texte).rstrip("=").upper()
    if _HEX.fullmatch(propre):
        return bytes.fromhex(propre)
    if not _BASE32.fullmatch(propre):
        return None
    try:
        cle = b32decode(propre + "=" * (-len(propre) % 8))
    except MauvaisCodage:
        return None
    return cle if 16 <= len(cle) <= 64 else None


def examiner(tableau: Tableau, *, connues: set[str]) -> tuple[list[Graine], list[Probleme]]:
    """The cards of a file, and all that is wrong with it; `connues`: serial numbers in use."""
    problemes = [Probleme(e.ligne, "", _dire(e.colonne, e.message)) for e in tableau.erreurs]
    graines = []
    vues: dict[str | bytes, int] = {}
    for rang in tableau.rangs:
        graine, message = _lire(rang)
        if graine:
            message = _redite(graine, vues, connues)
            vues.setdefault(graine.serie, rang.ligne)
            vues.setdefault(graine.cle, rang.ligne)
            graines.append(graine)
        if message:
            problemes.append(Probleme(rang.ligne, _montrable(rang), message))
    return graines, sorted(problemes, key=lambda probleme: probleme.ligne or 0)


def series(tableau: Tableau) -> list[str]:
    return [normaliser_serie(rang.valeurs["serie"]) for rang in tableau.rangs]


def _dire(colonne: str, message: str) -> str:
    texte = f"colonne « {colonne} » : {message}" if colonne else message
    return texte[0].upper() + texte[1:]


def _lire(rang: Rang) -> tuple[Graine | None, str]:
    serie = normaliser_serie(rang.valeurs["serie"])
    cle, pas = lire_cle(rang.valeurs["cle"]), rang.valeurs.get("pas") or str(PAS[0])
    if not _SERIE.fullmatch(serie):
        return None, "Numéro de série : 50 lettres, chiffres et signes . _ / - au plus."
    if lire_cle(serie):
        return None, "Ce numéro de série ressemble à une clé. Les colonnes sont-elles inversées ?"
    if cle is None:
        return None, "Clé illisible : 16 à 64 octets, en hexadécimal ou en base32."
    if pas not in map(str, PAS):
        return None, "Le pas est de 30 ou de 60 secondes."
    return Graine(serie, cle, int(pas)), ""


def _redite(graine: Graine, vues: dict[str | bytes, int], connues: set[str]) -> str:
    if graine.serie in vues:
        return f"Même numéro de série qu’à la ligne {vues[graine.serie]}."
    if graine.cle in vues:
        return f"Même clé qu’à la ligne {vues[graine.cle]}."
    return "Cette carte est déjà enregistrée." if graine.serie in connues else ""


def _montrable(rang: Rang) -> str:
    serie = normaliser_serie(rang.valeurs["serie"])
    return serie if _SERIE.fullmatch(serie) and not lire_cle(serie) else ""


# --- Kept between the check and the yes -----------------------------------------------------------


def ecrire(graines: Sequence[Graine]) -> bytes:
    return json.dumps([[g.serie, g.cle.hex(), g.pas] for g in graines]).encode()


def lire(contenu: bytes) -> list[Graine]:
    return list(_graines(json.loads(contenu)))


def _graines(lignes: list[tuple[str, str, int]]) -> Iterator[Graine]:
    for serie, cle, pas in lignes:
        yield Graine(serie, bytes.fromhex(cle), pas)
