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
    appareils = list(AppareilTotp.objects.filter(user=aidant, confirmed=True).order_by("pk"))
    # A code of one device is no failure of the others: only the device that shows it is asked.
    vise = next((a for a in appareils if a.montre(propre)), None) or next(iter(appareils), None)
    return verify_token(aidant, vise.persistent_id, propre) if vise else None
