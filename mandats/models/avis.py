"""Notices to the people concerned: an outbox, written with the act and sent after it.

Each notice is sent once; when it was sent is journaled, because a revocation binds third parties
once they are told (Code civil, art. 2005).
"""

from django.db import models

from aidants.demarches import titres
from aidants.models.envois import Envoi, EnvoiQuerySet
from mandats.durees import en_clair
from mandats.models.mandats import Mandat


class Genre(models.TextChoices):
    SIGNATURE = "signature", "signature d’un mandat"
    REVOCATION = "revocation", "fin d’un mandat ou d’une démarche"
    TRANSFERT = "transfert", "transfert à une autre structure"
    RAPPEL = "rappel", "fin prochaine d’un mandat"


class Destinataire(models.TextChoices):
    USAGER = "usager", "usager"
    AIDANT = "aidant", "aidant"
    STRUCTURE = "structure", "structure"


class AvisQuerySet(EnvoiQuerySet["Avis"]):
    """Nothing of its own yet: the outbox's verbs."""


class Avis(Envoi):
    mandat = models.ForeignKey(Mandat, on_delete=models.PROTECT, related_name="avis")
    genre = models.CharField(max_length=20, choices=Genre)
    destinataire = models.CharField(max_length=20, choices=Destinataire)
    demarches = models.JSONField(default=list)  # what ended, for a revocation

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

    @property
    def adresse(self) -> str:
        """Where it goes; empty when no address is known."""
        adresses = {
            Destinataire.USAGER: self.mandat.usager.courriel,
            Destinataire.AIDANT: self.mandat.aidant.courriel,
            Destinataire.STRUCTURE: self.mandat.structure.courriel,
        }
        return adresses[Destinataire(self.destinataire)]
