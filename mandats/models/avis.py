"""Notices to the people concerned: an outbox, written with the act and sent after it.

Each notice is sent once; when it was sent is journaled, because a revocation binds third parties
once they are told (Code civil, art. 2005).
"""

from datetime import datetime, timedelta

from django.db import models

from aidants.demarches import titres
from aidants.empreintes import empreinte, est_empreinte
from aidants.models.envois import Envoi, EnvoiQuerySet
from aidants.models.liens import TAILLE_JETON
from mandats.durees import en_clair
from mandats.models.mandats import Mandat
from usagers.models import Canal


class Genre(models.TextChoices):
    SIGNATURE = "signature", "signature d’un mandat"
    REVOCATION = "revocation", "fin d’un mandat ou d’une démarche"
    TRANSFERT = "transfert", "transfert à une autre structure"
    RAPPEL = "rappel", "fin prochaine d’un mandat"
    EXPIRATION = "expiration", "mandat arrivé à sa fin"
    UTILISATION = "utilisation", "utilisation d’un mandat"
    SIGNALEMENT = "signalement", "« ce n’était pas moi »"


# What somebody did: the usager may say that it was not at their demand.
CONTESTABLES = (Genre.SIGNATURE, Genre.REVOCATION, Genre.TRANSFERT, Genre.UTILISATION)
CONTESTABLE = timedelta(days=30)
_CONTESTATION = "lien:contestation"  # the usage of the keyed hash


class Destinataire(models.TextChoices):
    USAGER = "usager", "usager"
    AIDANT = "aidant", "aidant"
    STRUCTURE = "structure", "structure"


class AvisQuerySet(EnvoiQuerySet["Avis"]):
    """The outbox's verbs."""


class Avis(Envoi):
    mandat = models.ForeignKey(Mandat, on_delete=models.PROTECT, related_name="avis")
    genre = models.CharField(max_length=20, choices=Genre)
    destinataire = models.CharField(max_length=20, choices=Destinataire)
    canal = models.CharField(max_length=10, choices=Canal, default=Canal.COURRIEL)
    demarches = models.JSONField(default=list)  # what ended, for a revocation
    details = models.JSONField(default=dict)  # of a use, what the notice tells
    signale_le = models.DateTimeField("contesté le", null=True, blank=True)

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
        if self.canal == Canal.SMS:
            return self.mandat.usager.telephone
        adresses = {
            Destinataire.USAGER: self.mandat.usager.courriel,
            Destinataire.AIDANT: self.mandat.aidant.courriel,
            Destinataire.STRUCTURE: self.mandat.structure.courriel,
        }
        return adresses[Destinataire(self.destinataire)]

    # --- « Ce n’était pas moi » ---

    @property
    def est_contestable(self) -> bool:
        """Told to the usager, about what somebody did."""
        return self.destinataire == Destinataire.USAGER and self.genre in CONTESTABLES

    @property
    def contestable_jusqua(self) -> datetime:
        return (self.envoye_le or self.cree_le) + CONTESTABLE

    @property
    def jeton(self) -> str:
        """40 hex digits (160 bits), made again when the notice leaves: never stored."""
        return empreinte(str(self.pk), usage=_CONTESTATION)[:TAILLE_JETON]

    def est_ouvert_par(self, jeton: str) -> bool:
        return est_empreinte(jeton, str(self.pk), usage=_CONTESTATION, longueur=TAILLE_JETON)
