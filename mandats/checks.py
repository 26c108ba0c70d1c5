"""Start-up check of the seal: a mandat that could not be sealed well is not to be signed at all."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import Certificate, load_pem_x509_certificates
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.utils import timezone

PREAVIS = timedelta(days=30)
CONSEIL = "See “The seal of the documents” in docs/deployment.md."


@register
def sceau_des_documents(**_: Any) -> list[CheckMessage]:
    """Key and certificate can be read, belong together, and hold today; an error in production."""
    grave = Error if settings.EN_PRODUCTION else Warning
    return [
        (Warning if code == "005" else grave)(phrase, hint=CONSEIL, id=f"mandats.{code}")
        for code, phrase in _defauts()
    ]


def _defauts() -> Iterator[tuple[str, str]]:
    certificat = _certificat()
    if certificat is None:
        yield "001", "SCEAU_PDF_CERTIFICAT is missing or is no PEM certificate."
    publique = _cle_publique()
    if publique is None:
        yield "002", "SCEAU_PDF_CLE is missing or is no PEM private key without a password."
    if certificat is None:
        return
    if publique is not None and certificat.public_key() != publique:
        yield "003", "SCEAU_PDF_CLE is not the key of the first certificate."
    yield from _dates(certificat)


def _dates(certificat: Certificate) -> Iterator[tuple[str, str]]:
    debut, fin = certificat.not_valid_before_utc, certificat.not_valid_after_utc
    maintenant = timezone.now()
    if not debut <= maintenant <= fin:
        yield "004", f"The seal's certificate holds from {debut:%Y-%m-%d} to {fin:%Y-%m-%d} only."
    elif fin - maintenant < PREAVIS:
        yield "005", f"The seal's certificate ends on {fin:%Y-%m-%d}: ask for the next one."


def _certificat() -> Certificate | None:
    try:
        return load_pem_x509_certificates(settings.SCEAU_PDF_CERTIFICAT.encode())[0]
    except ValueError:
        return None


def _cle_publique() -> Any:
    try:
        cle = load_pem_private_key(settings.SCEAU_PDF_CLE.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    return cle.public_key()
