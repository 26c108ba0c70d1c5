"""What a leaf and a commitment are taken over, from the values that PostgreSQL gives.

The bytes are those of `canonique`, written here without a dictionary: a verification reads
millions of lines. A test holds both to the same bytes.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from functools import lru_cache
from json.encoder import encode_basestring_ascii as citer
from typing import Any, NamedTuple

from journal.canonique import canonique


class LigneEntree(NamedTuple):
    """Every column of an entry, none of which ever changes."""

    id: int
    acte: str
    instant: str
    action: str
    version: int
    auteur_genre: str
    structure_ref: str
    structure_nom: str
    fs_ref: str
    fs_nom: str
    demarche: str
    details: str
    engagement: str


class LigneSujet(NamedTuple):
    auteur_ref: str
    auteur_nom: str
    aidant_ref: str
    aidant_nom: str
    usager_ref: str
    usager_nom: str
    mandat_ref: str
    autorisation_ref: str
    connexion_ref: str
    precision: str
    sel: str


FORMAT_INSTANT = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'
COLONNES_ENTREE = (
    f"e.id, e.acte::text, to_char(e.instant AT TIME ZONE 'UTC', '{FORMAT_INSTANT}'), e.action,"
    " e.version, e.auteur_genre, e.structure_ref, e.structure_nom, e.fs_ref, e.fs_nom, e.demarche,"
    " e.details::text, encode(e.engagement, 'hex')"
)
COLONNES_SUJET = (
    "s.auteur_ref, s.auteur_nom, s.aidant_ref, s.aidant_nom, s.usager_ref, s.usager_nom,"
    " s.mandat_ref, s.autorisation_ref, s.connexion_ref, s.precision, encode(s.sel, 'hex')"
)


# The two pads of HMAC (RFC 2104, section 2), as tables of bytes.
_DEDANS = bytes(octet ^ 0x36 for octet in range(256))
_DEHORS = bytes(octet ^ 0x5C for octet in range(256))


def contenu_entree(valeurs: Sequence[Any]) -> bytes:
    """The canonical bytes of an entry; ValueError for details that have none."""
    (
        cle, acte, instant, action, version, auteur_genre, structure_ref, structure_nom, fs_ref,
        fs_nom, demarche, details, engagement,
    ) = valeurs  # fmt: skip
    return (
        f'{{"acte":"{acte}","action":{citer(action)},"auteur_genre":{citer(auteur_genre)},'
        f'"demarche":{citer(demarche)},"details":{_details(details)},"engagement":"{engagement}",'
        f'"fs_nom":{citer(fs_nom)},"fs_ref":{citer(fs_ref)},"id":{cle},"instant":"{instant}",'
        f'"structure_nom":{citer(structure_nom)},"structure_ref":{citer(structure_ref)},'
        f'"version":{version}}}'
    ).encode("ascii")


@lru_cache(maxsize=4096)
def _details(texte: str) -> str:
    return canonique(json.loads(texte)).decode("ascii")


def feuille(valeurs: Sequence[Any]) -> bytes:
    """The hash of an entry's leaf."""
    return hashlib.sha256(b"\x00" + contenu_entree(valeurs)).digest()


def contenu_sujet(valeurs: Sequence[Any], version: int | str) -> bytes:
    """The canonical bytes of a subject without its salt; version 1 knew no account as subject."""
    (
        auteur_ref, auteur_nom, aidant_ref, aidant_nom, usager_ref, usager_nom, mandat_ref,
        autorisation_ref, connexion_ref, precision, _sel,
    ) = valeurs  # fmt: skip
    aidant = raison = ""
    if str(version) != "1":
        aidant = f'"aidant_nom":{citer(aidant_nom)},"aidant_ref":{citer(aidant_ref)},'
        raison = f'"precision":{citer(precision)},'
    return (
        f'{{{aidant}"auteur_nom":{citer(auteur_nom)},"auteur_ref":{citer(auteur_ref)},'
        f'"autorisation_ref":{citer(autorisation_ref)},"connexion_ref":{citer(connexion_ref)},'
        f'"mandat_ref":{citer(mandat_ref)},{raison}"usager_nom":{citer(usager_nom)},'
        f'"usager_ref":{citer(usager_ref)}}}'
    ).encode("ascii")


def sujet_ouvre(valeurs: Sequence[Any], version: int | str, engagement: str) -> bool:
    """Answer whether a subject is the one that its entry committed to."""
    sel = bytes.fromhex(valeurs[-1])
    return hmac_sha256(sel, contenu_sujet(valeurs, version)).hex() == engagement


def hmac_sha256(cle: bytes, contenu: bytes) -> bytes:
    """HMAC for a key of at most 64 bytes: two digests cost less than the library's one call."""
    bloc = cle.ljust(64, b"\x00")
    dedans = hashlib.sha256(bloc.translate(_DEDANS) + contenu).digest()
    return hashlib.sha256(bloc.translate(_DEHORS) + dedans).digest()


# --- As COPY writes them --------------------------------------------------------------------------

# What its own form needs (PostgreSQL, COPY, "Text Format").
_ECHAPPEMENTS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_ECHAPPE = re.compile(r"\\(.)", re.DOTALL)


def champs(ligne: str) -> list[Any]:
    """The values of a line of COPY as text, None for NULL."""
    valeurs: list[Any] = ligne.split("\t")
    return [_defaire(valeur) for valeur in valeurs] if "\\" in ligne else valeurs


def _defaire(valeur: str) -> str | None:
    if valeur == "\\N":
        return None
    return _ECHAPPE.sub(lambda trouve: _ECHAPPEMENTS.get(trouve[1], trouve[1]), valeur)
