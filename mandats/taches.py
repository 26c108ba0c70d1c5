"""Tasks: notices leave after the commit; a sweep sends what was committed and never enqueued."""

import uuid
from collections.abc import Collection
from functools import partial

from celery import shared_task
from django.db import transaction

from mandats import courriels
from mandats.models import Avis, Mandat
from mandats.models.avis import Destinataire, Genre

LOT = 100


def prevenir(
    mandat: Mandat, genre: Genre, *destinataires: Destinataire, demarches: Collection[str] = ()
) -> None:
    """Write the notices of an act, in its transaction, and enqueue them once it is committed.

    A broker that is down costs nothing: the sweep sends them later.
    """
    for destinataire in destinataires:
        avis = Avis(
            mandat=mandat, genre=genre, destinataire=destinataire, demarches=list(demarches)
        )
        if avis.adresse:
            avis.save(force_insert=True)
            transaction.on_commit(partial(_enfiler, avis.pk), robust=True)


def _enfiler(avis_id: uuid.UUID) -> None:
    envoyer_avis.delay(str(avis_id))


@shared_task
def envoyer_avis(avis_id: str) -> None:
    courriels.envoyer(uuid.UUID(avis_id))


@shared_task
def envoyer_avis_en_attente() -> int:
    """Enqueue again the notices that nobody sent; return how many."""
    oublies = list(Avis.objects.oublies().order_by("cree_le").values_list("pk", flat=True)[:LOT])
    for avis_id in oublies:
        _enfiler(avis_id)
    return len(oublies)
