"""A paper code that was made anew: the sheet, kept for the day on which it is printed."""

import uuid
from datetime import datetime, timedelta

from django.db import models

from aidants.chiffrement import chiffrer, dechiffrer
from aidants.models import Aidant
from mandats.models.mandats import Mandat

CONSERVATION = timedelta(days=1)


class CodeReimprimeQuerySet(models.QuerySet["CodeReimprime"]):
    def perimes(self, instant: datetime) -> "CodeReimprimeQuerySet":
        """Who was there has theirs on paper."""
        return self.filter(cree_le__lt=instant - CONSERVATION)


class CodeReimprime(models.Model):
    """The code stands in the sheet: it is encrypted, shown to who made it, and then forgotten."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mandat = models.ForeignKey(Mandat, on_delete=models.CASCADE, related_name="+")
    aidant = models.ForeignKey(Aidant, on_delete=models.CASCADE, related_name="+")
    octets_chiffres = models.BinaryField()
    modele = models.CharField("version du modèle", max_length=20)
    cree_le = models.DateTimeField(auto_now_add=True)

    objects = CodeReimprimeQuerySet.as_manager()

    class Meta:
        verbose_name = "code réimprimé"
        verbose_name_plural = "codes réimprimés"

    def __str__(self) -> str:
        return f"Nouveau code du mandat {self.mandat.reference}"

    @property
    def lieu(self) -> str:
        return f"mandats_codereimprime.octets_chiffres:{self.pk}"

    @property
    def octets(self) -> bytes:
        return dechiffrer(bytes(self.octets_chiffres), lieu=self.lieu)

    def enfermer(self, octets: bytes) -> None:
        self.octets_chiffres = chiffrer(octets, lieu=self.lieu)
