"""The timestamp of the seal: a real authority's is valid; one that fails stops no signature."""

import os
import shutil
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import pem, tsp, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from journal.models import Entree
from mandats import horodatage_pdf, pades, sceau_pdf
from mandats.models import Projet
from tests.mandats import gestes
from tests.mandats.autorite import Openssl, Serveur
from usagers.papier import imprimer

PAGES = """<html lang="fr"><head><title>Titre</title></head>
<body><h1>Un</h1><p class="page">Deux</p></body></html>"""


@pytest.fixture
def openssl(tmp_path: Path) -> Openssl:
    if not shutil.which("openssl"):
        if os.environ.get("CI"):
            pytest.fail("openssl is missing: no authority can be tried.")
        pytest.skip("openssl is not installed.")
    return Openssl(tmp_path)


@pytest.fixture(autouse=True)
def _autorite_neuve() -> Iterator[None]:
    pades._autorite.cache_clear()
    yield
    pades._autorite.cache_clear()


def sceller() -> bytes:
    return sceau_pdf.sceller(imprimer(PAGES, feuille="mandats/papier_2026_12.css"))


def valider(octets: bytes, *racines: x509.Certificate) -> Any:
    (signature,) = PdfFileReader(BytesIO(octets)).embedded_signatures
    racines = (pades.certificats()[-1], *racines)
    contexte = ValidationContext(trust_roots=list(racines), allow_fetching=False)
    return validate_pdf_signature(signature, contexte)


def test_authority_dates_the_seal(openssl: Openssl, settings: Any) -> None:
    with Serveur(openssl.repondre) as serveur:
        settings.SCEAU_PDF_HORODATAGE = serveur.adresse
        octets = sceller()
    racine = x509.Certificate.load(pem.unarmor(openssl.certificat)[2])
    etat = valider(octets, racine)
    assert etat.bottom_line
    assert etat.timestamp_validity.valid
    assert etat.timestamp_validity.trusted
    assert sceau_pdf.niveau(octets) == "B-T"


def test_seal_without_an_authority_is_of_level_b_b() -> None:
    assert sceau_pdf.niveau(sceller()) == "B-B"


@pytest.mark.parametrize(
    "reponse",
    [b"", b"<html>Maintenance</html>", b"\x30\x80" * 50, b"\x00" * 100_000, b"0\x03\x02\x01\x00"],
    ids=["vide", "page", "asn1", "immense", "sans-jeton"],
)
def test_garbage_is_no_timestamp_and_stops_no_seal(reponse: bytes, settings: Any) -> None:
    with Serveur(lambda _: reponse) as serveur:
        settings.SCEAU_PDF_HORODATAGE = serveur.adresse
        octets = sceller()
        assert serveur.demandes == 1
    assert valider(octets).bottom_line
    assert sceau_pdf.niveau(octets) == "B-B"


def test_token_of_something_else_is_no_timestamp(openssl: Openssl, settings: Any) -> None:
    """Even with the right nonce: the answer to another digest is not taken."""

    def autre(demande: bytes) -> bytes:
        requete = tsp.TimeStampReq.load(demande)
        requete["message_imprint"]["hashed_message"] = b"x" * 32
        return openssl.repondre(requete.dump(force=True))

    with Serveur(autre) as serveur:
        settings.SCEAU_PDF_HORODATAGE = serveur.adresse
        assert sceau_pdf.niveau(sceller()) == "B-B"


def test_token_of_who_is_not_trusted_is_no_timestamp(
    openssl: Openssl, settings: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Once the authorities to trust are named, and not before."""
    ailleurs = Openssl(tmp_path_factory.mktemp("ailleurs"))
    with Serveur(openssl.repondre) as serveur:
        settings.SCEAU_PDF_HORODATAGE = serveur.adresse
        settings.HORODATAGE_CERTIFICATS = [str(openssl.dossier / "certificat.pem")]
        assert sceau_pdf.niveau(sceller()) == "B-T"
        settings.HORODATAGE_CERTIFICATS = [str(ailleurs.dossier / "certificat.pem")]
        octets = sceller()
        settings.HORODATAGE_CERTIFICATS = ["nowhere.pem"]
        assert sceau_pdf.niveau(sceller()) == "B-B"
    assert sceau_pdf.niveau(octets) == "B-B"
    assert valider(octets).bottom_line


@pytest.mark.parametrize("attente", [0.2, 60], ids=["goutte-a-goutte", "muette"])
def test_authority_that_hangs_is_left_alone(
    attente: float, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three tries in a row, then none until it has rested."""
    monkeypatch.setattr(horodatage_pdf, "DELAI", 0.5)
    with Serveur(lambda _: b"0" * 5000, attente=attente) as serveur:
        settings.SCEAU_PDF_HORODATAGE = serveur.adresse
        for _ in range(5):
            assert sceau_pdf.niveau(sceller()) == "B-B"
        assert serveur.demandes == horodatage_pdf.ECHECS_MAX


def test_authority_is_tried_again_after_its_rest(
    openssl: Openssl, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(horodatage_pdf, "REPOS", 0)
    with Serveur(lambda _: b"") as serveur:
        settings.SCEAU_PDF_HORODATAGE = serveur.adresse
        for _ in range(4):
            sceller()
        serveur.repondre = openssl.repondre
        assert sceau_pdf.niveau(sceller()) == "B-T"


def test_signature_without_its_timestamp_is_made_and_said(
    projet: Projet, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.SCEAU_PDF_HORODATAGE = "http://127.0.0.1:9/"
    mandat = gestes.signer(projet)
    assert valider(mandat.attestation.octets).bottom_line
    assert Entree.objects.get(action="signature").details["niveau_sceau"] == "B-B"
    assert "sceau_sans_horodatage" in caplog.text
