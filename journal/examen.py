"""Checking a proof that somebody shows, as `docs/verifier_preuve.py` does, with our own modules."""

import base64
import json
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from journal.arbre import hacher_feuille, verifier_inclusion
from journal.canonique import canonique, engagement
from journal.horodatage import JetonInvalide, lire_sans_autorite
from journal.note import Cle, NoteInvalide, Tete, lire_tete
from journal.preuve import FORMAT

TAILLE_MAX = 64 * 1024
_CHAMPS = {"format", "entree", "ouverture", "position", "chemin", "note", "cle"}
_ENTREE = {
    "id", "acte", "instant", "action", "version", "auteur_genre", "structure_ref", "structure_nom",
    "fs_ref", "fs_nom", "demarche", "details", "engagement",
}  # fmt: skip


class Motif(Enum):
    """Why a proof shows nothing."""

    ILLISIBLE = "illisible"
    CLE = "cle"  # signed, but by a key that is not ours
    SIGNATURE = "signature"
    ARBRE = "arbre"  # this line is not under that head
    PERSONNES = "personnes"
    JETON = "jeton"  # the token is about another head


class PreuveRefusee(Exception):
    def __init__(self, motif: Motif) -> None:
        super().__init__(motif.value)
        self.motif = motif


@dataclass(frozen=True, kw_only=True)
class PreuveLue:
    """What a right proof shows: the line, the persons if it opens them, and the signed head."""

    entree: Mapping[str, Any]
    sujet: Mapping[str, str]  # empty when the proof names nobody
    instant: datetime
    tete: Tete
    cle: str
    date_par_un_tiers: datetime | None  # what the token says; its signature is not looked at


def examiner(octets: bytes, cles: Collection[str]) -> PreuveLue:
    """Return what this file proves; PreuveRefusee otherwise. `cles`: those of this journal."""
    try:
        return _examiner(_lire(octets), cles)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as erreur:
        raise PreuveRefusee(Motif.ILLISIBLE) from erreur


def _lire(octets: bytes) -> dict[str, Any]:
    preuve = json.loads(octets)
    if (
        set(preuve) - {"jeton"} != _CHAMPS
        or preuve["format"] != FORMAT
        or set(preuve["entree"]) != _ENTREE
    ):
        raise ValueError("This is not a proof of this journal.")
    return dict(preuve)


def _examiner(preuve: dict[str, Any], cles: Collection[str]) -> PreuveLue:
    tete = _tete_signee(preuve["note"], preuve["cle"], cles)
    entree, ouverture = preuve["entree"], preuve["ouverture"]
    instant = datetime.fromisoformat(entree["instant"])
    inclus = verifier_inclusion(
        hacher_feuille(canonique(entree)),
        position=preuve["position"],
        taille=tete.taille,
        chemin=[bytes.fromhex(empreinte) for empreinte in preuve["chemin"]],
        racine=tete.racine,
    )
    _exiger(inclus, Motif.ARBRE)
    if ouverture is not None:
        sel, sujet = bytes.fromhex(ouverture["sel"]), ouverture["sujet"]
        ouvre = set(ouverture) == {"sel", "sujet"} and engagement(sel, sujet).hex()
        _exiger(ouvre == entree["engagement"], Motif.PERSONNES)
    sujet = ouverture["sujet"] if ouverture else {}
    return PreuveLue(
        entree=entree, sujet=sujet, instant=instant, tete=tete, cle=preuve["cle"],
        date_par_un_tiers=_dater(preuve["jeton"], preuve["note"]) if "jeton" in preuve else None,
    )  # fmt: skip


def _dater(jeton: str, note: str) -> datetime:
    try:
        return lire_sans_autorite(base64.b64decode(jeton, validate=True), note)
    except JetonInvalide as erreur:
        raise PreuveRefusee(Motif.JETON) from erreur


def _tete_signee(note: str, texte_cle: str, cles: Collection[str]) -> Tete:
    try:
        signee = Cle.lire(texte_cle).a_signe(note)
        tete = lire_tete(note)
    except NoteInvalide as erreur:
        raise PreuveRefusee(Motif.SIGNATURE) from erreur
    _exiger(signee, Motif.SIGNATURE)
    _exiger(texte_cle in cles, Motif.CLE)
    return tete


def _exiger(vrai: bool, sinon: Motif) -> None:
    if not vrai:
        raise PreuveRefusee(sinon)


# --- In an address --------------------------------------------------------------------------------


def en_chiffres(octets: bytes) -> str:
    """A proof, small enough for a QR code: raw DEFLATE, written as one decimal number.

    A QR code packs digits as densely as bytes, and any reader of codes gives them back unchanged.
    """
    compact = json.dumps(json.loads(octets), separators=(",", ":"), ensure_ascii=False).encode()
    presse = zlib.compressobj(9, zlib.DEFLATED, -15)
    corps = presse.compress(compact) + presse.flush()
    return str(Decimal(int.from_bytes(b"\1" + corps)))  # the 1 keeps the zeros that may follow
