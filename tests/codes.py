"""The code that a TOTP application shows."""

import time

from django_otp.oath import hotp

from aidants.models import AppareilTotp


def code_de(appareil: AppareilTotp, *, pas: int = 0) -> str:
    """The present code, or the one of `pas` steps of 30 s later."""
    return f"{hotp(appareil.cle, int(time.time()) // 30 + pas):06d}"
