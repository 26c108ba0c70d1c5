"""The journal as pages tell it: sentences for the aidant, uses for the usager."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import formats, timezone

from aidants.demarches import DEMARCHES
from journal.models import Entree


@dataclass(frozen=True, kw_only=True)
class Ligne:
    """One act, in one sentence."""

    instant: datetime
    phrase: str


@dataclass(frozen=True, kw_only=True)
class Passage:
    """One use of a mandat, as the usager reads it: of the aidant, a first name and an initial."""

    acte: UUID
    instant: datetime
    mois: str
    structure: str
    aidant: str
    site: str
    demarche: str


def lignes(entrees: Iterable[Entree]) -> list[Ligne]:
    """Tell each entry with the title of its démarche; `sujet` must be joined."""
    return [Ligne(instant=e.instant, phrase=e.phrase(_titre(e))) for e in entrees]


def passages(entrees: Iterable[Entree]) -> list[Passage]:
    """Tell each use to the usager; `sujet` must be joined."""
    return [passage(entree) for entree in entrees]


def prenom_et_initiale(nom: str) -> str:
    """« Anne-Lise DE LA TOUR » -> « Anne-Lise D. »; empty when retention has deleted the name."""
    prenom, _, famille = nom.strip().partition(" ")
    return f"{prenom} {famille.strip()[:1].upper()}." if famille else prenom


def passage(entree: Entree) -> Passage:
    sujet = getattr(entree, "sujet", None)
    local = timezone.localtime(entree.instant)
    return Passage(
        acte=entree.acte,
        instant=entree.instant,
        mois=formats.date_format(local, "F Y"),
        structure=entree.structure_nom,
        aidant=prenom_et_initiale(sujet.auteur_nom) if sujet else "",
        site=entree.fs_nom,
        demarche=_titre(entree),
    )


def _titre(entree: Entree) -> str:
    demarche = DEMARCHES.get(entree.demarche)
    return demarche.titre if demarche else entree.demarche
