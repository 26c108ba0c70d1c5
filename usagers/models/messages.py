"""What is written to an usager about their own address: one-time codes, and its change.

An outbox row as the others. The code is drawn when the message leaves, and kept as a hash alone.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from aidants.chiffrement import chiffrer, dechiffrer
from aidants.empreintes import empreintes, enfermer, ouvre, travailler
from aidants.models.envois import Envoi, EnvoiQuerySet
from usagers.models.usagers import Usager

VALIDITE = timedelta(minutes=10)  # OWASP ASVS 5.0, 6.5.5
CONSERVATION = timedelta(days=1)
PATIENCE = timedelta(days=30)  # for what still has to be told
CHIFFRES = 6


class Canal(models.TextChoices):
    COURRIEL = "courriel", "courriel"
    SMS = "sms", "SMS"


class GenreMessage(models.TextChoices):
    """Each has its texts, `usagers/courriels/<genre>.txt` and `usagers/sms/<genre>.txt`."""

    CONFIRMATION = "confirmation", "code pour confirmer une adresse"
    LECTURE = "lecture", "code pour lire les utilisations"
    CHANGEMENT = "changement", "adresse changée"


class MessageQuerySet(EnvoiQuerySet["MessageUsager"]):
    def ecrire(
        self, genre: GenreMessage, *, canal: str, usager: Usager | None, adresse: str, **autres: Any
    ) -> "MessageUsager":
        """Write a message in the transaction of its act; the caller enqueues it.

        To nobody (`usager` None or no address), the same row is written and nothing leaves: the
        answer takes the same time.
        """
        message = MessageUsager(genre=genre, canal=canal, usager=usager, **autres)
        if genre != GenreMessage.CHANGEMENT:
            message.expire_le = timezone.now() + VALIDITE
        message.adresse_chiffree = chiffrer(adresse.encode(), lieu=message.lieu)
        message.save(force_insert=True)
        return message

    def perimes(self, instant: datetime) -> "MessageQuerySet":
        """Those of the day before, with the addresses in them; later, if they say something still.

        A code is worth nothing after ten minutes; that an address was changed is told whenever the
        mails leave again.
        """
        a_dire = models.Q(genre=GenreMessage.CHANGEMENT, envoye_le=None)
        recents = models.Q(cree_le__gte=instant - PATIENCE)
        return self.filter(cree_le__lt=instant - CONSERVATION).exclude(a_dire & recents)


class MessageUsager(Envoi):
    genre = models.CharField(max_length=20, choices=GenreMessage)
    canal = models.CharField(max_length=10, choices=Canal)
    usager = models.ForeignKey(Usager, null=True, on_delete=models.CASCADE, related_name="+")
    adresse_chiffree = models.BinaryField()
    objet = models.CharField(max_length=36, blank=True)  # the mandat that the code opens
    empreinte = models.CharField(max_length=200, blank=True)
    expire_le = models.DateTimeField(null=True)
    utilise_le = models.DateTimeField(null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = "message à un usager"
        verbose_name_plural = "messages aux usagers"
        indexes = [
            models.Index(
                fields=["prochain_essai_le"],
                condition=models.Q(envoye_le=None),
                name="message_a_envoyer",
            )
        ]

    def __str__(self) -> str:
        return self.get_genre_display()

    @property
    def lieu(self) -> str:
        return f"usagers_messageusager.adresse_chiffree:{self.pk}"

    @property
    def adresse(self) -> str:
        """Where it goes; empty when it is nobody's."""
        return dechiffrer(bytes(self.adresse_chiffree), lieu=self.lieu).decode()

    @property
    def est_expire(self) -> bool:
        return self.expire_le is not None and self.expire_le <= timezone.now()

    def tirer_code(self) -> str:
        """Draw the code of a message that leaves; the one of a try before is dead."""
        code = f"{secrets.randbelow(10**CHIFFRES):0{CHIFFRES}d}"
        self.empreinte = enfermer(self._poivrer(code)[0])
        self.save(update_fields=["empreinte"])
        return code

    def accepter(self, saisie: str) -> bool:
        """Whether this is its code, for the first time; the caller holds the lock on the row."""
        code = "".join(saisie.split())
        juste = bool(self.empreinte) and ouvre(self._poivrer(code), self.empreinte)
        if not self.empreinte:
            travailler(self._poivrer(code))  # the same as for a code that left
        if not juste or self.utilise_le or self.est_expire:
            return False
        self.utilise_le = timezone.now()
        self.save(update_fields=["utilise_le"])
        return True

    def _poivrer(self, code: str) -> list[str]:
        return empreintes(f"{self.pk}:{code}", usage="code_unique")
