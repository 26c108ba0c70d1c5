"""The authorisations that a request may use, read again at each step of a use.

Asked by the FS AND still its own AND allowed to the structure AND in an active mandat of the
structure (regles.md, section 5).
"""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Exists
from django.utils import timezone

from aidants.demarches import ordonner
from aidants.lecture_compilee import LectureCompilee, parmi
from aidants.longues_listes import PaginateurLu
from aidants.models import Session, Structure
from fournisseur_identite.models import Connexion, DemandeAutorisation
from mandats import annuaire
from mandats.models import Autorisation
from mandats.models.autorisations import AutorisationQuerySet
from usagers.models import Usager


def possibles(demande: DemandeAutorisation, structure: Structure) -> list[str]:
    """The démarches that are left to the request here."""
    du_service = set(demande.demarches) & demande.fs.demarches_possibles
    return ordonner(du_service & set(structure.demarches))


def de_la_demande(demande: DemandeAutorisation, structure: Structure) -> AutorisationQuerySet:
    actives = Autorisation.objects.actives().de(structure)
    return actives.filter(demarche__in=possibles(demande, structure))


def personnes(demande: DemandeAutorisation, structure: Structure, termes: str) -> list[uuid.UUID]:
    """The keys of the people for whom it may be used now, by name, up to what a list counts."""
    demarches = possibles(demande, structure)
    if termes:
        cles = annuaire.personnes_a_aider(structure, demarches, termes)
        return list(cles[: PaginateurLu.borne + 1])
    return _PERSONNES.colonne(
        structure=structure.pk, maintenant=timezone.now(), demarches=demarches
    )


def par_personne(
    demande: DemandeAutorisation, structure: Structure, cles: Iterable[uuid.UUID]
) -> list[tuple[Usager, Autorisation | None]]:
    """The people of these keys, in their order, each with the authorisation if it is the only one.

    Who has one alone is asked no démarche. Of both, only what a line of the choice says is read.
    """
    siennes: dict[uuid.UUID, list[Autorisation]] = {cle: [] for cle in cles}
    toutes = _DES_PERSONNES.toutes(
        structure=structure.pk,
        maintenant=timezone.now(),
        demarches=possibles(demande, structure),
        usagers=list(siennes),
    )
    for autorisation in toutes:
        siennes[autorisation.usager_id].append(autorisation)
    return [
        (trouvees[0].usager, trouvees[0] if len(trouvees) == 1 else None)
        for trouvees in siennes.values()
        if trouvees
    ]


def une(demande: DemandeAutorisation, structure: Structure, pk: uuid.UUID) -> Autorisation | None:
    """This authorisation with its mandat and its usager, when it may be used now."""
    trouvee = _ACTIVE.lire(pk=pk, structure=structure.pk, maintenant=timezone.now())
    return trouvee if trouvee and trouvee.demarche in possibles(demande, structure) else None


def verrouillee(
    demande: DemandeAutorisation, structure: Structure, pk: uuid.UUID, *, session: str
) -> Autorisation | None:
    """The same, locked: a revocation waits, or has won. See `a_servi`, `session_ouverte`."""
    trouvee = _VERROUILLEE.lire(
        pk=pk,
        structure=structure.pk,
        maintenant=timezone.now(),
        demande=demande.pk,
        session=session,
    )
    return trouvee if trouvee and trouvee.demarche in possibles(demande, structure) else None


def a_servi(demande: DemandeAutorisation, autorisation: Autorisation | None) -> bool:
    """Whether a locked request has had its code: read after its lock, with `verrouillee`."""
    if autorisation is None:
        return Connexion.objects.filter(demande=demande).exists()
    return bool(getattr(autorisation, "demande_servie", False))


def session_ouverte(autorisation: Autorisation) -> bool:
    """Whether the session whose key `verrouillee` was given is still there."""
    return bool(getattr(autorisation, "session_ouverte", False))


def _actives(structure: uuid.UUID, maintenant: datetime) -> AutorisationQuerySet:
    return Autorisation.objects.filter(structure=structure, revoquee_le=None, fin__gt=maintenant)


def _active(pk: uuid.UUID, **ici: Any) -> AutorisationQuerySet:
    return _actives(**ici).filter(pk=pk)


def _ouvertes(demarches: list[str], **ici: Any) -> AutorisationQuerySet:
    return _actives(**ici).filter(parmi("demarche", demarches, models.CharField(max_length=20)))


def _des_personnes(usagers: list[uuid.UUID], **ici: Any) -> AutorisationQuerySet:
    toutes = _ouvertes(**ici).filter(parmi("usager", usagers, models.UUIDField()))
    identite = ("prenoms", "nom", "nom_usage", "sexe", "date_naissance")
    lus = (f"usager__{champ}" for champ in identite)
    return toutes.select_related("usager").only("usager", *lus)


_PERSONNES = LectureCompilee(
    lambda **ici: _ouvertes(**ici).personnes()[: PaginateurLu.borne + 1],
    preparee=False,
    structure=uuid.UUID,
    maintenant=datetime,
    demarches=list[str],
)
_DES_PERSONNES = LectureCompilee(
    _des_personnes,
    preparee=False,
    structure=uuid.UUID,
    maintenant=datetime,
    demarches=list[str],
    usagers=list[uuid.UUID],
)
_ACTIVE = LectureCompilee(
    lambda **valeurs: _active(**valeurs).select_related("mandat__usager"),
    pk=uuid.UUID,
    structure=uuid.UUID,
    maintenant=datetime,
)
_VERROUILLEE = LectureCompilee(
    lambda demande, session, **valeurs: (
        _active(**valeurs)
        .verrouillees()
        .annotate(
            demande_servie=Exists(Connexion.objects.filter(demande=demande)),
            session_ouverte=Exists(Session.objects.filter(session_key=session)),
        )
    ),
    pk=uuid.UUID,
    structure=uuid.UUID,
    maintenant=datetime,
    demande=uuid.UUID,
    session=str,
)
