"""Second factors: TOTP applications and cards (RFC 6238), and recovery codes.

Keys are encrypted at rest, bound to their row; recovery codes are kept as salted hashes.
"""

import time
import uuid
from base64 import b32encode
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django_otp.models import Device, ThrottlingMixin, TimestampMixin
from django_otp.oath import TOTP

from aidants import secours
from aidants.chiffrement import chiffrer, dechiffrer
from aidants.empreintes import empreinte, empreintes, enfermer, ouvre
from aidants.models.aidants import Aidant

# Beyond, the wait stays at 2 ** 5 seconds: it binds the owner too, wherever the errors come from.
# What stops guessing is counted by account and by browser (`aidants.essais`).
ECHECS_COMPTES = 6


class AppareilManager(models.Manager[Any]):
    def devices_for_user(
        self, user: Aidant, confirmed: bool | None = None
    ) -> "models.QuerySet[Any]":
        """What django-otp asks of a device's manager."""
        appareils = self.filter(user=user)
        return appareils if confirmed is None else appareils.filter(confirmed=confirmed)


class Freine(ThrottlingMixin):
    """django-otp's delay after an error, with a ceiling."""

    class Meta:
        abstract = True

    def get_throttle_factor(self) -> int:
        return 1

    def throttle_increment(self, commit: bool = True) -> None:
        """Wait 1, 2, 4… seconds after an error, half a minute at most."""
        super().throttle_increment(commit=False)
        # django-otp's mixin, which declares the field, has no hints.
        echecs = self.throttling_failure_count  # type: ignore[has-type]  # django-otp's mixin has no hints
        self.throttling_failure_count = min(echecs, ECHECS_COMPTES)
        if commit:
            self.save()


class AppareilTotp(TimestampMixin, Freine, Device):
    """A TOTP application: 6 digits, steps of 30 s, a code accepted once, drift learned.

    Check a code through `facteurs.verifier` alone: it locks the row, this method does not.
    """

    TOLERANCE = 1

    ref = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)  # known before the id
    user = models.ForeignKey(Aidant, on_delete=models.CASCADE, related_name="+")
    cle_chiffree = models.BinaryField()
    carte = models.OneToOneField(
        "aidants.CarteTotp", null=True, on_delete=models.PROTECT, related_name="appareil"
    )
    pas = models.PositiveSmallIntegerField("durée d’un code, en secondes", default=30)
    decalage = models.SmallIntegerField("décalage d’horloge, en pas", default=0)
    dernier_pas = models.BigIntegerField("dernier pas accepté", default=-1)

    objects = AppareilManager()

    class Meta(Device.Meta):
        abstract = False
        verbose_name = "application ou carte"
        verbose_name_plural = "applications et cartes"

    @property
    def genre(self) -> str:
        """In the journal's words."""
        return "carte" if self.carte_id else "application"

    @property
    def lieu(self) -> str:
        return f"aidants_appareiltotp.cle_chiffree:{self.ref}"

    @property
    def cle(self) -> bytes:
        return dechiffrer(bytes(self.cle_chiffree), lieu=self.lieu)

    @cle.setter
    def cle(self, valeur: bytes) -> None:
        self.cle_chiffree = chiffrer(valeur, lieu=self.lieu)

    @property
    def cle_base32(self) -> str:
        return b32encode(self.cle).decode()

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

    def caler(self, code: str, *, pas: int) -> bool:
        """Confirm the device by its first code, its clock searched within `pas` steps, then pinned.

        The row is locked by the caller; an error counts, and makes the next try wait.
        """
        autorise, _ = self.verify_is_allowed()
        propre = "".join(code.split())
        if not autorise or not (propre.isascii() and propre.isdigit()):
            return False
        totp = self._totp()
        if not totp.verify(int(propre), pas):
            self.throttle_increment()
            return False
        self.confirmed, self.dernier_pas, self.decalage = True, totp.t(), totp.drift
        self.throttle_reset(commit=False)
        self.save()
        return True

    def _totp(self) -> TOTP:
        totp = TOTP(self.cle, self.pas, 0, 6, self.decalage)
        totp.time = time.time()
        return totp

    def _accepter(self, code: int) -> bool:
        totp = self._totp()
        if not totp.verify(code, self.TOLERANCE, self.dernier_pas + 1):
            return False
        self.dernier_pas = totp.t()
        self.decalage = totp.drift
        return True


class CarnetSecours(TimestampMixin, Freine, Device):
    """An account's recovery codes, each accepted once; kept as its two first symbols and a hash.

    Check a code through `facteurs.verifier` alone, which locks the row.
    """

    user = models.OneToOneField(Aidant, on_delete=models.CASCADE, related_name="carnet_secours")
    codes = ArrayField(models.CharField(max_length=200), default=list)

    objects = AppareilManager()

    class Meta(Device.Meta):
        abstract = False
        verbose_name = "carnet de codes de secours"
        verbose_name_plural = "carnets de codes de secours"

    @property
    def genre(self) -> str:
        return "secours"

    @property
    def restants(self) -> int:
        return len(self.codes)

    def remplir(self) -> list[str]:
        """Draw ten new codes, which replace the old ones; return them, to be shown once."""
        nouveaux = secours.tirer()
        self.codes = [_hacher(code) for code in nouveaux]
        self.throttle_reset(commit=False)
        return [secours.ecrire(code) for code in nouveaux]

    def verify_token(self, token: str) -> bool:
        """Answer whether `token` is one of the codes left, and cross it out."""
        autorise, _ = self.verify_is_allowed()
        code = secours.lire(token)
        if not autorise or code is None:
            return False
        vise = next((c for c in self.codes if c[: secours.REPERE] == code[: secours.REPERE]), None)
        if vise is None or not _est_de(vise, code):
            self.throttle_increment()
            return False
        self.codes.remove(vise)
        self.throttle_reset(commit=False)
        self.set_last_used_timestamp(commit=False)
        self.save()
        return True


def _est_de(garde: str, code: str) -> bool:
    return ouvre(empreintes(code, usage="code-secours"), garde[secours.REPERE :])


def _hacher(code: str) -> str:
    return code[: secours.REPERE] + enfermer(empreinte(code, usage="code-secours"))
