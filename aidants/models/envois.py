"""The outbox: a mail is a row written with the act, sent after it, and again until it leaves."""

import uuid
from datetime import datetime, timedelta
from typing import Self, TypeVar

from django.db import models
from django.utils import timezone

PATIENCE = timedelta(seconds=30)  # a task enqueued on commit has had its chance after that
ESSAIS_MAX = 12
RETARD = timedelta(minutes=15)
ATTENTE_MAX = timedelta(days=1)


def premier_rappel() -> datetime:
    return timezone.now() + PATIENCE


E = TypeVar("E", bound="Envoi")


class EnvoiQuerySet(models.QuerySet[E]):
    def a_envoyer(self) -> Self:
        return self.filter(envoye_le=None)

    def oublies(self) -> Self:
        """Committed a while ago and never sent: the broker was down, or a worker was killed."""
        echus = self.a_envoyer().filter(prochain_essai_le__lte=timezone.now())
        return echus.filter(essais__lt=ESSAIS_MAX).order_by("prochain_essai_le")

    def en_retard(self) -> Self:
        """What should have left by now: its addressee, or what carries it, is in trouble."""
        return self.a_envoyer().filter(cree_le__lt=timezone.now() - RETARD)


class Envoi(models.Model):
    """What every outbox row has, whatever it says and to whom."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cree_le = models.DateTimeField(auto_now_add=True)
    envoye_le = models.DateTimeField(null=True, blank=True)
    essais = models.PositiveSmallIntegerField(default=0)
    prochain_essai_le = models.DateTimeField(default=premier_rappel)

    class Meta:
        abstract = True

    def repousser(self) -> None:
        """Count a reminder, and wait twice as long before the next: 2, 4, 8… minutes."""
        self.essais += 1
        attente = min(timedelta(minutes=2**self.essais), ATTENTE_MAX)
        self.prochain_essai_le = timezone.now() + attente
        self.save(update_fields=["essais", "prochain_essai_le"])

    def marquer_envoye(self) -> None:
        self.envoye_le = timezone.now()
        self.save(update_fields=["envoye_le"])
