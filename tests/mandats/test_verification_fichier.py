"""A file is shown: genuine, changed, or unknown; it is neither kept nor logged."""

from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as reglages
from hypothesis import strategies as st

from mandats.fichiers_verifies import CORPS_MAX, SEUILS, TAILLE_MAX, Verdict, examiner
from mandats.models import Mandat
from tests.mandats import gestes

pytestmark = pytest.mark.django_db


@pytest.fixture
def octets(signe: Mandat) -> bytes:
    return signe.attestation.octets


def montrer(client: Client, octets: bytes, nom: str = "mandat.pdf") -> Any:
    fichier = SimpleUploadedFile(nom, octets, content_type="application/pdf")
    return client.post(reverse("verifier"), {"fichier": fichier})


def titre(reponse: Any) -> str:
    texte: str = reponse.content.decode()
    return texte.partition("<h1>")[2].partition("</h1>")[0]


def a_la_suite(texte: str) -> str:
    return " ".join(texte.split())


def arreter(mandat: Mandat) -> None:
    mandat.revoquer(par=mandat.usager.auteur)


def test_signed_file_is_genuine_and_active(client: Client, signe: Mandat, octets: bytes) -> None:
    reponse = montrer(client, octets)
    assert titre(reponse) == "Ce fichier est authentique, et le mandat est actif"
    assert signe.fin_en_clair in reponse.content.decode()


def test_file_of_a_revoked_mandat_says_when(client: Client, signe: Mandat, octets: bytes) -> None:
    arreter(signe)
    reponse = montrer(client, octets)
    texte = a_la_suite(reponse.content.decode())
    assert titre(reponse) == "Ce fichier est authentique, mais le mandat est terminé"
    signe = Mandat.objects.get(pk=signe.pk)
    assert a_la_suite(f"Le mandat a été arrêté le {signe.termine_le_en_clair}") in texte


def test_file_of_an_expired_mandat_says_when(
    client: Client, signe: Mandat, octets: bytes, time_machine: Any
) -> None:
    time_machine.move_to(signe.fin)
    texte = a_la_suite(montrer(client, octets).content.decode())
    assert a_la_suite(f"Le mandat a pris fin le {signe.fin_en_clair}") in texte


def test_changed_file_is_told_and_leads_to_its_reference(
    client: Client, signe: Mandat, octets: bytes
) -> None:
    reponse = montrer(client, octets + b"\n")
    assert titre(reponse) == "Ce fichier a été modifié"
    assert reverse("verification", args=[signe.reference]) in reponse.content.decode()


def test_file_without_reference_nor_seal_is_unknown(client: Client) -> None:
    assert titre(montrer(client, b"%PDF-1.7 autre %%EOF")) == "Ce fichier est inconnu"


def test_reference_of_nobody_is_unknown(client: Client) -> None:
    assert titre(montrer(client, b"%PDF-1.7 AC-ZZZZ-ZZZZ")) == "Ce fichier est inconnu"


@reglages(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(rang=st.floats(0, 1, exclude_max=True), masque=st.integers(1, 255))
def test_any_byte_changed_is_told(octets: bytes, rang: float, masque: int) -> None:
    change = bytearray(octets)
    change[int(rang * len(octets))] ^= masque
    assert examiner(bytes(change)).verdict is Verdict.MODIFIE


@pytest.mark.parametrize("part", [0, 0.01, 0.25, 0.5, 0.9, 1], ids="{}".format)
def test_byte_of_the_seal_itself_is_told_too(octets: bytes, part: float) -> None:
    """The seal covers all but its own value, padding included: there the hash alone sees."""
    with pikepdf.open(BytesIO(octets)) as pdf:
        _, debut, fin, _ = (int(n) for n in pdf.Root.AcroForm.Fields[0].V.ByteRange)
    change = bytearray(octets)
    place = debut + int(part * (fin - debut - 1))
    change[place] = ord("1") if change[place] == ord("0") else ord("0")
    assert examiner(bytes(change)).verdict is Verdict.MODIFIE


@pytest.mark.parametrize("place", [b"/Title (Mandat AC", b"/Contents <30", b"%PDF", b"%%EOF"])
def test_places_that_the_answer_rests_on(client: Client, octets: bytes, place: bytes) -> None:
    change = bytearray(octets)
    change[octets.rindex(place) + len(place) - 1] ^= 1
    assert titre(montrer(client, bytes(change))) == "Ce fichier a été modifié"


def test_answer_tells_nothing_of_anybody(client: Client, signe: Mandat, octets: bytes) -> None:
    for reponse in (montrer(client, octets), montrer(client, octets + b"x")):
        texte = reponse.content.decode()
        secrets = (signe.usager.nom, signe.aidant.nom, signe.structure.nom, str(signe.pk))
        code = gestes.code_du_papier(octets)
        assert not any(s in texte for s in (*secrets, code.secret, *signe.titres))


@pytest.mark.parametrize(
    ("contenu", "erreur"),
    [
        (b"bonjour", "pas un PDF"),
        (b"", "est vide"),
        (b"%PDF-1.7" + b"0" * TAILLE_MAX, "trop grand"),
    ],
)
def test_what_is_refused_is_said_on_the_page(client: Client, contenu: bytes, erreur: str) -> None:
    texte = montrer(client, contenu).content.decode()
    assert texte.count(erreur) == 2  # at the top, and beside the field
    assert "Vérifier ce fichier" in texte


def test_largest_file_is_read(client: Client) -> None:
    octets = b"%PDF-1.7" + b"0" * (TAILLE_MAX - 8)
    assert titre(montrer(client, octets)) == "Ce fichier est inconnu"


def test_no_file_is_said_on_the_page(client: Client) -> None:
    assert "Choisissez le fichier" in client.post(reverse("verifier")).content.decode()


def test_enormous_request_is_refused_unread(client: Client) -> None:
    reponse = client.post(reverse("verifier"), CONTENT_LENGTH=str(CORPS_MAX + 1))
    assert reponse.status_code == 413
    assert "trop grand" in reponse.content.decode()


def test_file_is_never_on_disk(client: Client, octets: bytes, monkeypatch: Any) -> None:
    def interdit(*_: Any, **__: Any) -> None:
        raise AssertionError("a file was made")

    monkeypatch.setattr("tempfile.NamedTemporaryFile", interdit)
    assert "authentique" in titre(montrer(client, octets))
    assert "inconnu" in titre(montrer(client, b"%PDF-" + b"0" * (TAILLE_MAX - 5)))


def test_form_of_another_site_is_refused(octets: bytes) -> None:
    assert montrer(Client(enforce_csrf_checks=True), octets).status_code == 403


def test_files_are_slowed_down_by_address(client: Client) -> None:
    for _ in range(SEUILS[0].nombre):
        assert montrer(client, b"%PDF-1.7").status_code == 200
    reponse = montrer(client, b"%PDF-1.7")
    assert reponse.status_code == 429
    assert "Attendez quelques minutes" in reponse.content.decode()
    assert montrer(Client(REMOTE_ADDR="192.0.2.7"), b"%PDF-1.7").status_code == 200


def test_nothing_of_the_file_is_logged(
    client: Client, signe: Mandat, octets: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    montrer(client, octets, nom="secret-du-nom.pdf")
    assert "secret-du-nom" not in caplog.text
    assert signe.reference not in caplog.text
