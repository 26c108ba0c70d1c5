"""The only door to second factors: a code is accepted once, whatever the number of tries at a time.

`django_otp.verify_token` locks the device's row; a device's own method does not, and lets the same
code in several times at once.
"""

from django_otp import verify_token
from django_otp.models import Device

from aidants.models import Aidant, AppareilTotp


def verifier(aidant: Aidant, code: str) -> Device | None:
    """Return the aidant's confirmed device that accepts `code`, or None."""
    propre = "".join(code.split())
    for appareil in AppareilTotp.objects.filter(user=aidant, confirmed=True).order_by("pk"):
        if accepte := verify_token(aidant, appareil.persistent_id, propre):
            return accepte
    return None
