"""Second factors: the TOTP application (RFC 6238), its key encrypted at rest, bound to its row."""

import time
import uuid
from base64 import b32encode

from django.db import models
from django_otp.models import Device, ThrottlingMixin, TimestampMixin
from django_otp.oath import TOTP

from aidants.chiffrement import chiffrer, dechiffrer
from aidants.models.aidants import Aidant

ECHECS_COMPTES = 10  # beyond, the wait stays at 2 ** 9 seconds: an error never costs the account


class AppareilTotpManager(models.Manager["AppareilTotp"]):
    def devices_for_user(
        self, user: Aidant, confirmed: bool | None = None
    ) -> "models.QuerySet[AppareilTotp]":
        """What django-otp asks of a device's manager."""
        appareils = self.filter(user=user)
        return appareils if confirmed is None else appareils.filter(confirmed=confirmed)


class AppareilTotp(TimestampMixin, ThrottlingMixin, Device):
    """A TOTP application: 6 digits, steps of 30 s, a code accepted once, drift learned.

    Check a code through `facteurs.verifier` alone: it locks the row, this method does not.
    """

    PAS = 30
    TOLERANCE = 1

    ref = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)  # known before the id
    user = models.ForeignKey(Aidant, on_delete=models.CASCADE, related_name="+")
    cle_chiffree = models.BinaryField()
    decalage = models.SmallIntegerField("décalage d’horloge, en pas", default=0)
    dernier_pas = models.BigIntegerField("dernier pas accepté", default=-1)

    objects = AppareilTotpManager()

    class Meta(Device.Meta):
        abstract = False
        verbose_name = "application TOTP"
        verbose_name_plural = "applications TOTP"

    @property
    def _lieu(self) -> str:
        return f"aidants_appareiltotp.cle_chiffree:{self.ref}"

    @property
    def cle(self) -> bytes:
        return dechiffrer(bytes(self.cle_chiffree), lieu=self._lieu)

    @cle.setter
    def cle(self, valeur: bytes) -> None:
        self.cle_chiffree = chiffrer(valeur, lieu=self._lieu)

    @property
    def cle_base32(self) -> str:
        return b32encode(self.cle).decode()

    def get_throttle_factor(self) -> int:
        return 1

    def throttle_increment(self, commit: bool = True) -> None:
        """Wait 1, 2, 4… seconds after an error, nine minutes at most."""
        super().throttle_increment(commit=False)
        # django-otp's mixin, which declares the field, has no hints.
        echecs = self.throttling_failure_count  # type: ignore[has-type]
        self.throttling_failure_count = min(echecs, ECHECS_COMPTES)
        if commit:
            self.save()

    def verify_token(self, token: str) -> bool:
        """Answer whether `token` is a code of now, later than the last one accepted."""
        autorise, _ = self.verify_is_allowed()
        accepte = autorise and token.isascii() and token.isdigit() and self._accepter(int(token))
        if accepte:
            self.throttle_reset(commit=False)
            self.set_last_used_timestamp(commit=False)
            self.save()
        elif autorise:
            self.throttle_increment()
        return bool(accepte)

    def montre(self, code: str) -> bool:
        """Whether the device shows this code about now; accepts nothing and counts nothing."""
        totp = self._totp()
        return code.isascii() and code.isdigit() and bool(totp.verify(int(code), self.TOLERANCE))

    def _totp(self) -> TOTP:
        totp = TOTP(self.cle, self.PAS, 0, 6, self.decalage)
        totp.time = time.time()
        return totp

    def _accepter(self, code: int) -> bool:
        totp = self._totp()
        if not totp.verify(code, self.TOLERANCE, self.dernier_pas + 1):
            return False
        self.dernier_pas = totp.t()
        self.decalage = totp.drift
        return True
