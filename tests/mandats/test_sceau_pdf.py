"""The platform's seal: valid for two readers, over the whole file, and broken by any byte."""

import functools
import hashlib
import shutil
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from asn1crypto import cms, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import load_der_x509_certificate
from django.conf import settings
from hypothesis import given
from hypothesis import settings as reglages
from hypothesis import strategies as st
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from mandats import pades, sceau_pdf
from mandats.models import Mandat
from usagers.papier import imprimer

PAGES = """<html lang="fr"><head><title>Titre</title></head>
<body><h1>Un</h1><p class="page">Deux</p></body></html>"""


@pytest.fixture
def octets(signe: Mandat) -> bytes:
    return signe.attestation.octets


@functools.cache
def scelle() -> bytes:
    return sceau_pdf.sceller(imprimer(PAGES, feuille="mandats/papier_2026_12.css"))


def racine() -> x509.Certificate:
    return pades.certificats()[-1]


def valider(octets: bytes) -> Any:
    (signature,) = PdfFileReader(BytesIO(octets)).embedded_signatures
    contexte = ValidationContext(trust_roots=[racine()], allow_fetching=False)
    return validate_pdf_signature(signature, contexte)


def lire_sceau(octets: bytes) -> tuple[list[int], bytes]:
    with pikepdf.open(BytesIO(octets)) as pdf:
        valeur = pdf.Root.AcroForm.Fields[0].V
        return [int(n) for n in valeur.ByteRange], bytes(valeur.Contents)


def second_avis(octets: bytes) -> None:
    """Check the CMS by hand; raise for any fault (RFC 5652, 5.4; ISO 32000-1, 12.8.1)."""
    (debut, taille, suite, reste), brut = lire_sceau(octets)
    assert (debut, suite + reste) == (0, len(octets))
    trou = octets[taille:suite]
    assert trou[:1] + trou[-1:] == b"<>"
    assert bytes.fromhex(trou[1:-1].decode()) == brut
    assert set(brut[len(cms.ContentInfo.load(brut).dump()) :]) <= {0}
    contenu = cms.ContentInfo.load(brut)["content"]
    (auteur,) = contenu["signer_infos"]
    attributs = {a["type"].native: a["values"][0].native for a in auteur["signed_attrs"]}
    couvert = octets[:taille] + octets[suite:]
    assert attributs["message_digest"] == hashlib.sha256(couvert).digest()
    certificat = pades.certificats()[0].dump()
    assert attributs["signing_certificate_v2"]["certs"][0]["cert_hash"] == (
        hashlib.sha256(certificat).digest()
    )
    cle = load_der_x509_certificate(certificat).public_key()
    assert isinstance(cle, ec.EllipticCurvePublicKey)
    signe = auteur["signed_attrs"].untag().dump()
    cle.verify(auteur["signature"].native, signe, ec.ECDSA(hashes.SHA256()))


def test_mandat_is_sealed_valid_trusted_and_whole(octets: bytes) -> None:
    etat = valider(octets)
    assert etat.bottom_line
    assert etat.trusted
    assert etat.intact
    assert etat.valid
    assert etat.coverage == SignatureCoverageLevel.ENTIRE_FILE


def test_seal_is_pades_and_allows_no_change(octets: bytes) -> None:
    with pikepdf.open(BytesIO(octets)) as pdf:
        valeur = pdf.Root.AcroForm.Fields[0].V
        assert str(valeur.SubFilter) == "/ETSI.CAdES.detached"
        assert int(valeur.Reference[0].TransformParams.P) == 1
        assert pdf.Root.Perms.DocMDP == valeur


def test_second_reader_agrees(octets: bytes) -> None:
    second_avis(octets)


@pytest.mark.skipif(not shutil.which("pdfsig"), reason="poppler-utils is not installed")
def test_poppler_agrees(octets: bytes, tmp_path: Path) -> None:
    fichier = tmp_path / "mandat.pdf"
    fichier.write_bytes(octets)
    sortie = subprocess.run(["pdfsig", str(fichier)], capture_output=True, text=True, check=True)
    assert "Signature is Valid" in sortie.stdout
    assert "Total document signed" in sortie.stdout


def test_seal_is_trusted_through_its_authority_alone() -> None:
    (signature,) = PdfFileReader(BytesIO(scelle())).embedded_signatures
    etat = validate_pdf_signature(
        signature, ValidationContext(trust_roots=[], allow_fetching=False)
    )
    assert etat.intact
    assert not etat.trusted


def test_chain_leads_from_the_seal_to_an_authority() -> None:
    feuille, autorite = pades.certificats()
    assert feuille.issuer == autorite.subject
    assert not feuille.ca
    assert autorite.ca
    assert "-----BEGIN PRIVATE KEY-----" in settings.SCEAU_PDF_CLE


def test_field_is_hidden_named_and_outside_the_tags(octets: bytes) -> None:
    """What PDF/UA-1 asks of an annotation without a face (7.18.1), and of its page (7.18.3)."""
    with pikepdf.open(BytesIO(octets)) as pdf:
        (champ,) = pdf.pages[1].Annots
        assert int(champ.F) & 0b10
        assert "Sceau" in str(champ.TU)
        assert str(pdf.pages[1].Tabs) == "/S"


def intact(octets: bytes) -> bool:
    """What a reader says of a file: any failure to read it is a refusal too."""
    try:
        second_avis(octets)
        return bool(valider(octets).bottom_line)
    except Exception:  # noqa: BLE001 - a broken file breaks parsers in many ways
        return False


@reglages(max_examples=100, deadline=None)
@given(rang=st.floats(0, 1, exclude_max=True), masque=st.integers(1, 255))
def test_any_byte_changed_breaks_the_seal_and_the_hash(rang: float, masque: int) -> None:
    """The seal's own value is the one place that it does not cover; the hash does."""
    octets = scelle()
    place = int(rang * len(octets))
    change = bytearray(octets)
    change[place] ^= masque
    (_, taille, suite, _), _brut = lire_sceau(octets)
    assert hashlib.sha256(change).digest() != hashlib.sha256(octets).digest()
    assert taille < place < suite or not intact(bytes(change))


def test_what_is_added_behind_the_seal_is_seen() -> None:
    assert intact(scelle())
    assert not intact(scelle() + b"\n%%EOF\n")
