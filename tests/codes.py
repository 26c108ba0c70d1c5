"""The code that a TOTP application or a card shows."""

import time

from django_otp.oath import hotp

from aidants.models import AppareilTotp, CarteTotp


def code_de(appareil: AppareilTotp | CarteTotp, *, pas: int = 0) -> str:
    """The present code, or the one of `pas` steps later."""
    return f"{hotp(appareil.cle, int(time.time()) // appareil.pas + pas):06d}"
