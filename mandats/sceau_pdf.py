"""The platform's seal on a PDF: PAdES baseline (ETSI EN 319 142-1), B-B, or B-T with a timestamp.

The seal certifies the document and allows no change to it. It proves who made the file, and that it
is whole; the signatures of the people are drawn and written in it.
"""

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificates
from django.conf import settings

from usagers.atelier import confier

# The identifier of the attribute that holds a timestamp (RFC 3161, appendix A), as the file has it.
_HORODATE = b"060b2a864886f70d010910020e"


def sceller(octets: bytes, *, page: int = 1) -> bytes:
    """Return the PDF with the platform's seal, timestamped if an authority is set and answers.

    `page`, from 0, is the one that the seal's hidden field belongs to.
    A silent authority does not stop a signature: the seal is then of level B-B.
    """
    scelle: bytes = confier("mandats.pades.sceller", octets, page=page)
    return scelle


def niveau(octets: bytes) -> str:
    """The level of our seal: B-T with the timestamp's attribute in it, B-B without."""
    return "B-T" if _HORODATE in octets.lower() else "B-B"


def porte_notre_sceau(octets: bytes) -> bool:
    """Whether the seal's certificate stands in this file, which is searched and never parsed.

    It says where the file comes from, not that it is whole.
    """
    certificat = load_pem_x509_certificates(settings.SCEAU_PDF_CERTIFICAT.encode())[0]
    return certificat.public_bytes(Encoding.DER).hex().encode() in octets.lower()
