"""Notices to the people concerned: an outbox, written with the act and sent after it.

Each notice is sent once; when it was sent is journaled, because a revocation binds third parties
once they are told (Code civil, art. 2005).
"""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone

from aidants.demarches import titres
from mandats.durees import en_clair
from mandats.models.mandats import Mandat

PATIENCE = timedelta(seconds=30)  # a task enqueued on commit has had its chance after that
ESSAIS_MAX = 12
ATTENTE_MAX = timedelta(days=1)


def premier_rappel() -> datetime:
    return timezone.now() + PATIENCE


class Genre(models.TextChoices):
    SIGNATURE = "signature", "signature d’un mandat"
    REVOCATION = "revocation", "fin d’un mandat ou d’une démarche"


class Destinataire(models.TextChoices):
    USAGER = "usager", "usager"
    AIDANT = "aidant", "aidant"
    STRUCTURE = "structure", "structure"


class AvisQuerySet(models.QuerySet["Avis"]):
    def a_envoyer(self) -> "AvisQuerySet":
        return self.filter(envoye_le=None)

    def oublies(self) -> "AvisQuerySet":
        """Committed a while ago and never sent: the broker was down, or a worker was killed."""
        echus = self.a_envoyer().filter(prochain_essai_le__lte=timezone.now())
        return echus.filter(essais__lt=ESSAIS_MAX).order_by("prochain_essai_le")


class Avis(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mandat = models.ForeignKey(Mandat, on_delete=models.PROTECT, related_name="avis")
    genre = models.CharField(max_length=20, choices=Genre)
    destinataire = models.CharField(max_length=20, choices=Destinataire)
    demarches = models.JSONField(default=list)  # what ended, for a revocation
    cree_le = models.DateTimeField(auto_now_add=True)
    envoye_le = models.DateTimeField(null=True, blank=True)
    essais = models.PositiveSmallIntegerField(default=0)
    prochain_essai_le = models.DateTimeField(default=premier_rappel)

    objects = AvisQuerySet.as_manager()

    class Meta:
        verbose_name = "avis"
        verbose_name_plural = "avis"
        indexes = [
            models.Index(
                fields=["prochain_essai_le"],
                condition=models.Q(envoye_le=None),
                name="avis_a_envoyer",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_genre_display()} ({self.get_destinataire_display()})"

    @property
    def titres(self) -> list[str]:
        return titres(self.demarches)

    @property
    def envoye_le_en_clair(self) -> str:
        return en_clair(self.envoye_le) if self.envoye_le else ""

    def repousser(self) -> None:
        """Count a reminder, and wait twice as long before the next: 2, 4, 8… minutes."""
        self.essais += 1
        attente = min(timedelta(minutes=2**self.essais), ATTENTE_MAX)
        self.prochain_essai_le = timezone.now() + attente
        self.save(update_fields=["essais", "prochain_essai_le"])

    @property
    def adresse(self) -> str:
        """Where it goes; empty when no address is known."""
        adresses = {
            Destinataire.USAGER: self.mandat.usager.courriel,
            Destinataire.AIDANT: self.mandat.aidant.courriel,
            Destinataire.STRUCTURE: self.mandat.structure.courriel,
        }
        return adresses[Destinataire(self.destinataire)]
