"""What Celery's beat asks of this app, and the mails that it sends."""

import uuid
from collections.abc import Iterator
from datetime import datetime

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from aidants import envoi
from aidants.courriers import GenreCourrier
from aidants.models import Aidant, Courrier, MotifDesactivation
from aidants.models.aidants import AidantQuerySet
from journal.actions_comptes import INACTIVITE_PREVENUE
from journal.models import PLATEFORME

LOT = 100


@shared_task
def envoyer_courrier(courrier_id: str) -> None:
    envoi.envoyer(uuid.UUID(courrier_id))


@shared_task
def enfiler_courriers(courriers: list[str]) -> None:
    """Enqueue the many mails of one act, from a worker: no page waits for that."""
    for courrier_id in courriers:
        envoyer_courrier.delay(courrier_id)


@shared_task
@transaction.atomic
def envoyer_courriers_en_attente() -> int:
    """Enqueue again the mails that were committed and never sent; return how many."""
    oublies = list(Courrier.objects.oublies().select_for_update(skip_locked=True)[:LOT])
    for courrier in oublies:
        courrier.repousser()
        courrier.enfiler()
    return len(oublies)


@shared_task
def avertir_les_absents() -> int:
    """Tell who has not logged in for five months; return how many (regles.md, section 7)."""
    instant = timezone.now()
    return sum(_avertir(pk, instant) for pk in _cles(Aidant.objects.a_avertir(instant)))


@transaction.atomic
def _avertir(pk: uuid.UUID, instant: datetime) -> bool:
    compte = _encore(Aidant.objects.a_avertir(instant), pk)
    if compte is None:
        return False
    compte.inactivite_prevenue_le = instant
    compte.save(update_fields=["inactivite_prevenue_le"])
    compte.inscrire(INACTIVITE_PREVENUE, par=PLATEFORME)
    compte.prevenir(GenreCourrier.INACTIVITE)
    return True


@shared_task
def desactiver_les_absents() -> int:
    """Close the accounts that were told a month ago and did not come back."""
    instant = timezone.now()
    return sum(_desactiver(pk, instant) for pk in _cles(Aidant.objects.a_desactiver(instant)))


@transaction.atomic
def _desactiver(pk: uuid.UUID, instant: datetime) -> bool:
    compte = _encore(Aidant.objects.a_desactiver(instant), pk)
    return compte is not None and compte.desactiver(
        par=PLATEFORME, motif=MotifDesactivation.INACTIVITE
    )


def _cles(comptes: AidantQuerySet) -> Iterator[uuid.UUID]:
    """Their keys alone, read a few at a time: there may be thousands."""
    return comptes.order_by().values_list("pk", flat=True).iterator(chunk_size=500)


def _encore(comptes: AidantQuerySet, pk: uuid.UUID) -> Aidant | None:
    """The account, locked, if the rule still holds for it: a login may have come in between.

    One that another worker holds is left to it.
    """
    return comptes.select_for_update(skip_locked=True).filter(pk=pk).first()
