"""What an account shows its owner: sessions that are open, last logins, roles and whom to ask."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from aidants import connexion
from aidants.models import Aidant, Appartenance, Session
from journal.actions_comptes import CONNEXION, ECHEC_CONNEXION, REPRISE, SESSIONS_FERMEES
from journal.models import Entree

DERNIERES = 10
_ENTREES = (CONNEXION.cle, REPRISE.cle, ECHEC_CONNEXION.cle)


@dataclass(frozen=True)
class SessionOuverte:
    navigateur: str
    debut: datetime
    vue_le: datetime
    ici: bool


def sessions_ouvertes(aidant: Aidant, *, cle: str | None) -> list[SessionOuverte]:
    """The account's sessions of less than twelve hours; first the one of key `cle`, one's own."""
    maintenant = timezone.now()
    plus_ancienne = maintenant - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    lignes = Session.objects.filter(aidant=aidant, expire_date__gt=maintenant)
    lues = [_lire(ligne.get_decoded(), ici=ligne.session_key == cle) for ligne in lignes]
    vives = [session for session in lues if session.debut >= plus_ancienne]
    return sorted(vives, key=lambda session: (not session.ici, -session.vue_le.timestamp()))


def _lire(donnees: dict[str, Any], *, ici: bool) -> SessionOuverte:
    return SessionOuverte(
        navigateur=donnees.get(connexion.NAVIGATEUR) or "Navigateur inconnu",
        debut=_instant(donnees.get(connexion.DEBUT, 0)),
        vue_le=_instant(donnees.get(connexion.VU_LE, 0)),
        ici=ici,
    )


def _instant(secondes: float) -> datetime:
    return datetime.fromtimestamp(secondes, tz=timezone.get_current_timezone())


@transaction.atomic
def fermer_autres_sessions(aidant: Aidant, *, sauf: str | None) -> int:
    """Close the account's sessions but the one of key `sauf`; return how many."""
    nombre = aidant.fermer_sessions(sauf=sauf)
    if nombre:
        aidant.inscrire(SESSIONS_FERMEES, par=aidant.auteur, details={"nombre": nombre})
    return nombre


def dernieres_connexions(aidant: Aidant) -> Sequence[Entree]:
    """The last logins of the account, and the codes that were refused to it."""
    entrees = Entree.objects.pour_aidant(aidant.pk).filter(action__in=_ENTREES)
    return list(entrees.select_related("sujet").order_by("-id")[:DERNIERES])


@dataclass(frozen=True)
class Place:
    """A role in a structure, and the names of who manages it."""

    appartenance: Appartenance
    responsables: list[str]


def places(aidant: Aidant) -> list[Place]:
    """The account's open roles, by structure, with whom to ask for a correction."""
    siennes = aidant.appartenances.ouvertes().select_related("structure")
    ordonnees = list(siennes.order_by("structure__nom"))
    responsables = _responsables({a.structure_id for a in ordonnees}, sauf=aidant)
    return [Place(a, responsables.get(a.structure_id, [])) for a in ordonnees]


def _responsables(structures: Iterable[uuid.UUID], *, sauf: Aidant) -> dict[uuid.UUID, list[str]]:
    tous = Appartenance.objects.responsables().filter(structure__in=structures)
    noms: dict[uuid.UUID, list[str]] = {}
    for autre in tous.exclude(aidant=sauf).select_related("aidant").order_by("aidant__nom"):
        noms.setdefault(autre.structure_id, []).append(autre.aidant.nom_complet)
    return noms
