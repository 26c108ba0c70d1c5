"""Tasks: notices leave after the commit; a sweep sends what was committed and never enqueued."""

import uuid
from collections.abc import Collection

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from mandats import courriels, recit
from mandats.durees import en_clair
from mandats.models import Avis, Mandat
from mandats.models.avis import Destinataire, Genre
from usagers import sms
from usagers.models import Canal

LOT = 100


def prevenir(
    mandat: Mandat,
    genre: Genre,
    *destinataires: Destinataire,
    demarches: Collection[str] = (),
    details: dict[str, str] | None = None,
) -> None:
    """Write the notices of an act, in its transaction, and enqueue them once it is committed.

    A broker that is down costs nothing: the sweep sends them later.
    """
    for destinataire in destinataires:
        avis = Avis(
            mandat=mandat,
            genre=genre,
            destinataire=destinataire,
            demarches=list(demarches),
            details=details or {},
        )
        if not avis.adresse and destinataire is Destinataire.USAGER and sms.est_actif():
            avis.canal = Canal.SMS
        if avis.adresse:
            avis.save(force_insert=True)
            _enfiler(avis.pk)


def prevenir_d_une_utilisation(mandat: Mandat, *, demarche: str, site: str, aidant: str) -> None:
    """Tell the usager who asked to be told at each use."""
    if mandat.usager.avis_utilisations:
        qui = recit.prenom_et_initiale(aidant)
        details = {"site": site, "aidant": qui, "instant": en_clair(timezone.now())}
        destinataire = Destinataire.USAGER
        prevenir(mandat, Genre.UTILISATION, destinataire, demarches=[demarche], details=details)


def _enfiler(avis_id: uuid.UUID) -> None:
    """Enqueue after the commit; a failure is logged, and left to the sweep."""

    def au_commit() -> None:  # a named function: Django's log of a failure asks its name
        envoyer_avis.delay(str(avis_id))

    transaction.on_commit(au_commit, robust=True)


@shared_task
def envoyer_avis(avis_id: str) -> None:
    courriels.envoyer(uuid.UUID(avis_id))


@shared_task
@transaction.atomic
def envoyer_avis_en_attente() -> int:
    """Enqueue again the notices that nobody sent; return how many.

    Each waits longer after each reminder: what cannot be delivered never blocks the rest.
    """
    oublies = list(Avis.objects.oublies().select_for_update(skip_locked=True)[:LOT])
    for avis in oublies:
        avis.repousser()
        _enfiler(avis.pk)
    return len(oublies)


@shared_task
def rappeler_les_fins() -> int:
    """Announce, once, the ends that are near; return how many mandats were announced."""
    nombre = 0
    while faits := _rappeler_un_lot():
        nombre += faits
    return nombre


@transaction.atomic
def _rappeler_un_lot() -> int:
    a_dire = Mandat.objects.a_rappeler().order_by("fin", "pk")
    lot = list(
        a_dire.select_related("usager", "structure", "aidant").select_for_update(
            of=("self",), no_key=True, skip_locked=True
        )[:LOT]
    )
    for mandat in lot:
        mandat.rappele_le = timezone.now()
        mandat.save(update_fields=["rappele_le"])
        prevenir(mandat, Genre.RAPPEL, Destinataire.USAGER, _qui_suit(mandat))
    return len(lot)


@shared_task
def dire_les_fins() -> int:
    """Tell, once, that a mandat came to its term; return how many."""
    nombre = 0
    while faits := _dire_un_lot():
        nombre += faits
    return nombre


@transaction.atomic
def _dire_un_lot() -> int:
    finis = Mandat.objects.a_dire_finis().order_by("fin", "pk")
    lot = list(
        finis.select_related("usager", "structure").select_for_update(
            of=("self",), no_key=True, skip_locked=True
        )[:LOT]
    )
    for mandat in lot:
        mandat.fin_dite_le = timezone.now()
        mandat.save(update_fields=["fin_dite_le"])
        prevenir(mandat, Genre.EXPIRATION, Destinataire.USAGER)
    return len(lot)


def _qui_suit(mandat: Mandat) -> Destinataire:
    """The aidant who signed, as long as they work there; else the structure itself."""
    la = mandat.aidant.structures().filter(pk=mandat.structure_id).exists()
    return Destinataire.AIDANT if la and mandat.aidant.is_active else Destinataire.STRUCTURE
