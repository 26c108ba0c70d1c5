"""Putting the platform's seal on a PDF, by pyHanko: `sceau_pdf` says what it is and loads this.

The field has no face: hidden, it stays outside the reading order, as PDF/UA-1 asks (ISO 14289-1,
7.18.1).
"""

import functools
import logging
from io import BytesIO

from asn1crypto import keys, x509
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509 import load_pem_x509_certificates
from django.conf import settings
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.timestamps import TimestampRequestError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from mandats.horodatage_pdf import Autorite

CHAMP = "Sceau"
_CACHE = InvisSigSettings(set_print_flag=False, set_hidden_flag=True)

logger = logging.getLogger(__name__)


def sceller(octets: bytes, *, page: int) -> bytes:
    """What `sceau_pdf.sceller` promises."""
    autorite = _autorite()
    if autorite and autorite.repond:
        try:
            return _apposer(octets, autorite, page)
        except TimestampRequestError:
            pass  # said below, as when it is not asked
    if autorite:
        logger.warning("sceau_sans_horodatage")
    return _apposer(octets, None, page)


def _apposer(octets: bytes, autorite: Autorite | None, page: int) -> bytes:
    champ = SigFieldSpec(
        CHAMP,
        on_page=page,
        readable_field_name="Sceau électronique d’Aidants Connect",
        invis_sig_settings=_CACHE,
    )
    acte = PdfSignatureMetadata(
        field_name=CHAMP,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    signataire = PdfSigner(acte, _cachet(), timestamper=autorite, new_field_spec=champ)
    scelle: BytesIO = signataire.sign_pdf(IncrementalPdfFileWriter(BytesIO(octets)))
    return scelle.getvalue()


@functools.cache
def _cachet() -> SimpleSigner:
    """Key and certificates, read once per process."""
    premier, *chaine = certificats()
    registre = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # pyHanko has no hint here
    registre.register_multiple(chaine)
    brute = load_pem_private_key(settings.SCEAU_PDF_CLE.encode(), password=None)
    cle = brute.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return SimpleSigner(
        signing_cert=premier,
        signing_key=keys.PrivateKeyInfo.load(cle),
        cert_registry=registre,
    )


def certificats() -> list[x509.Certificate]:
    """The seal's certificate, then its chain."""
    lus = load_pem_x509_certificates(settings.SCEAU_PDF_CERTIFICAT.encode())
    return [x509.Certificate.load(lu.public_bytes(Encoding.DER)) for lu in lus]


@functools.cache
def _autorite() -> Autorite | None:
    """The timestamp authority, kept: it is asked once what size its answers have."""
    adresse = settings.SCEAU_PDF_HORODATAGE
    return Autorite(adresse) if adresse else None
