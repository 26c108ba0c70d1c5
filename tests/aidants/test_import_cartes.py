"""Cards by the file: checked whole, imported all together or not at all, seeds never shown."""

import io
import re
from base64 import b32encode
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from aidants import connexion, lots_de_cartes
from aidants.lots_de_cartes import Graine, lire_cle
from aidants.models import CarteTotp, ImportCartes
from journal.models import Entree
from tests.aidants.personnes import client_de, page
from tests.factories import AidantFactory, AppartenanceFactory, CarteTotpFactory
from tests.mandats.gestes import ensemble

pytestmark = pytest.mark.django_db
ENTETE = "Numéro de série;Clé;Pas\n"
CLE = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def client() -> Client:
    """The supervision's browser."""
    return client_de(AidantFactory(supervision=True))


def cle(rang: int) -> str:
    return f"{rang:040x}"


def mille(nombre: int = 1000) -> list[list[str]]:
    return [[f"AC-{n:05d}", cle(n), "60" if n % 2 else ""] for n in range(nombre)]


def csv(lignes: list[list[str]]) -> bytes:
    return (ENTETE + "\n".join(";".join(ligne) for ligne in lignes)).encode()


def xlsx(lignes: list[list[str]]) -> bytes:
    livre, sortie = Workbook(), io.BytesIO()
    feuille: Any = livre.active
    for ligne in [["serial", "seed", "period"], *lignes]:
        feuille.append(ligne)
    livre.save(sortie)
    return sortie.getvalue()


def deposer(client: Client, contenu: bytes, nom: str = "cartes.csv") -> Any:
    fichier = SimpleUploadedFile(nom, contenu)
    return client.post(page("cartetotp_import"), {"fichier": fichier})


def problemes(reponse: Any) -> list[tuple[str, str, str]]:
    """The rows of the report: line, serial number, problem."""
    assert reponse.status_code == 200
    texte = reponse.content.decode()
    cases = re.findall(r"<td>\s*(.*?)\s*</td>", texte.partition("<tbody>")[2])
    return [(cases[i], cases[i + 1], cases[i + 2]) for i in range(0, len(cases), 3)]


def rien_ne_reste() -> bool:
    return not CarteTotp.objects.exists() and not ImportCartes.objects.exists()


# --- A right file ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("nom", "ecrire"), [("cartes.csv", csv), ("cartes.xlsx", xlsx)])
def test_thousand_cards_in_one_go(client: Client, nom: str, ecrire: Any) -> None:
    pret = deposer(client, ecrire(mille()), nom)["Location"]
    texte = client.get(pret).content.decode()
    assert "1\u00a0000 cartes prêtes" in texte
    assert not CarteTotp.objects.exists()
    reponse = client.post(pret, follow=True)
    assert "1\u00a0000 cartes sont importées" in reponse.content.decode()
    carte = CarteTotp.objects.get(serie="AC-00999")
    assert (carte.cle, carte.pas, carte.etat) == (bytes.fromhex(cle(999)), 60, "en_stock")
    assert CarteTotp.objects.count() == 1000
    entree = Entree.objects.get(action="cartes_importees")
    assert entree.details == {"nombre": 1000}
    assert not ImportCartes.objects.exists()


def test_double_click_is_one_import(client: Client) -> None:
    pret = deposer(client, csv(mille(3)))["Location"]
    client.post(pret)
    assert "C’était déjà fait" in client.post(pret, follow=True).content.decode()
    assert Entree.objects.filter(action="cartes_importees").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_are_one_import(client: Client) -> None:
    pret = deposer(client, csv(mille(50)))["Location"]
    reponses = ensemble(*[lambda: client.post(pret)] * 4)
    assert {reponse["Location"] for reponse in reponses} == {page("cartetotp_changelist")}
    assert CarteTotp.objects.count() == 50
    assert Entree.objects.filter(action="cartes_importees").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_files_with_one_card_at_once_are_one_import(client: Client) -> None:
    prets = [deposer(client, csv(mille(20)))["Location"] for _ in range(3)]
    ensemble(*[lambda p=p: client.post(p) for p in prets])
    assert CarteTotp.objects.count() == 20
    assert Entree.objects.filter(action="cartes_importees").count() == 1


def test_card_known_since_the_check_stops_the_import(client: Client) -> None:
    pret = deposer(client, csv(mille(3)))["Location"]
    CarteTotpFactory(serie="AC-00001")
    assert "Rien n’est importé" in client.post(pret, follow=True).content.decode()
    assert CarteTotp.objects.count() == 1
    assert not Entree.objects.filter(action="cartes_importees").exists()


def test_file_is_forgotten_after_an_hour(client: Client) -> None:
    pret = deposer(client, csv(mille(3)))["Location"]
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        client = client_de(ImportCartes.objects.get().par)
        assert "Rien n’est importé" in client.get(pret, follow=True).content.decode()
        assert "Rien n’est importé" in client.post(pret, follow=True).content.decode()
    assert not CarteTotp.objects.exists()


# --- Who ------------------------------------------------------------------------------------------


def test_file_of_one_is_confirmed_by_nobody_else(client: Client) -> None:
    pret = deposer(client, csv(mille(3)))["Location"]
    autre = client_de(AidantFactory(supervision=True))
    assert autre.post(pret).status_code == 404
    assert not CarteTotp.objects.exists()


def test_manager_imports_nothing() -> None:
    client = client_de(AppartenanceFactory(responsable=True).aidant)
    assert deposer(client, csv(mille(3))).status_code == 403
    assert "Importer" not in client.get(page("cartetotp_changelist")).content.decode()


def test_recent_code_is_asked_before_the_file(client: Client) -> None:
    session = client.session
    session[connexion.TOTP_LE] -= 6 * 60
    session.save()
    assert "/connexion/reprise/" in client.get(page("cartetotp_import"))["Location"]
    assert "/connexion/reprise/" in deposer(client, csv(mille(3)))["Location"]
    assert rien_ne_reste()


# --- A wrong file ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lignes", "attendus"),
    [
        (["A;xyz;30"], [("2", "A", "Clé illisible")]),
        ([f"A;{CLE[:30]};30"], [("2", "A", "Clé illisible")]),
        ([f"A;{CLE};45"], [("2", "A", "Le pas est de 30 ou de 60")]),
        ([f"A;{CLE};30", f"a ;{cle(1)};30"], [("3", "A", "Même numéro de série qu’à la ligne 2")]),
        ([f"A;{CLE};30", f"B;{CLE};30"], [("3", "B", "Même clé qu’à la ligne 2")]),
        ([f"connue;{CLE};30"], [("2", "CONNUE", "déjà enregistrée")]),
        ([f"A B!;{CLE};30"], [("2", "-", "Numéro de série : 50 lettres")]),
        ([f"{CLE};A;30"], [("2", "-", "Les colonnes sont-elles inversées")]),
        ([f"=A;{CLE};30"], [("2", "-", "Colonne « Numéro de série » : une formule")]),
        (["A;;30"], [("2", "-", "Colonne « Clé » : cette case est vide")]),
        ([f";{CLE};30", "B;x;30"], [("2", "-", "Colonne"), ("3", "B", "Clé illisible")]),
    ],
)
def test_each_wrong_row_is_said_and_nothing_is_imported(
    client: Client, lignes: list[str], attendus: list[tuple[str, str, str]]
) -> None:
    CarteTotpFactory(serie="CONNUE")
    trouves = problemes(deposer(client, (ENTETE + "\n".join(lignes)).encode()))
    assert len(trouves) == len(attendus)
    for (ligne, serie, message), attendu in zip(trouves, attendus, strict=True):
        assert (ligne, serie) == attendu[:2]
        assert attendu[2] in message
    assert CarteTotp.objects.count() == 1
    assert not ImportCartes.objects.exists()


@pytest.mark.parametrize(
    ("contenu", "message"),
    [
        (csv(mille(2)).decode().encode("utf-16"), "UTF-16"),
        (b"\x00" * 20_000_000, "trop gros"),
        (b"serial;period\nA;30", "cette colonne manque"),
        (ENTETE.encode(), "aucune ligne"),
    ],
)
def test_unreadable_file_is_said(client: Client, contenu: bytes, message: str) -> None:
    ((ligne, _, probleme),) = problemes(deposer(client, contenu))
    assert ligne == "-"
    assert message in probleme
    assert rien_ne_reste()


def test_file_is_asked(client: Client) -> None:
    assert "Choisissez le fichier" in client.post(page("cartetotp_import")).content.decode()
    assert "Ce fichier est vide" in deposer(client, b"").content.decode()


def test_a_hundred_problems_are_shown_and_all_are_counted(client: Client) -> None:
    reponse = deposer(client, csv([[f"A{n}", "x", ""] for n in range(500)]))
    assert len(problemes(reponse)) == 100
    assert "500 problèmes" in reponse.content.decode()
    assert "Les 100 premiers sont montrés, sur 500" in reponse.content.decode()


def test_no_seed_on_a_page_in_a_session_nor_in_the_log(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    lignes = [*mille(20), [CLE, "A", ""], ["B", f"{CLE}zz", ""], ["C", CLE, "x"]]
    vus = [deposer(client, csv(lignes)), deposer(client, csv(mille(20)))]
    vus += [client.get(vus[1]["Location"]), client.post(vus[1]["Location"], follow=True)]
    textes = [reponse.content.decode() for reponse in vus]
    textes += [str(dict(client.session)), caplog.text]
    for texte in textes:
        assert CLE not in texte.lower()
        assert cle(7) not in texte
        assert CLE[:20] not in texte.lower()


def test_seeds_wait_encrypted(client: Client) -> None:
    deposer(client, csv(mille(3)))
    garde = bytes(ImportCartes.objects.get().contenu_chiffre)
    assert cle(2).encode() not in garde
    assert bytes.fromhex(cle(2)) not in garde


# --- Seeds ----------------------------------------------------------------------------------------

CLES = st.binary(min_size=16, max_size=64)


@given(CLES)
def test_seed_is_read_in_hexadecimal_and_in_base32(octets: bytes) -> None:
    base32 = b32encode(octets).decode()
    groupes = " ".join(base32[i : i + 4] for i in range(0, len(base32), 4))
    for texte in (octets.hex(), octets.hex().upper(), base32, base32.rstrip("="), groupes.lower()):
        assert lire_cle(texte) == octets


@given(st.one_of(st.binary(max_size=15), st.binary(min_size=65, max_size=80)))
def test_seed_too_short_or_too_long_is_refused(octets: bytes) -> None:
    assert lire_cle(octets.hex()) is None


@given(st.text(max_size=150))
def test_no_text_breaks_the_reading_of_a_seed(texte: str) -> None:
    lue = lire_cle(texte)
    assert lue is None or 16 <= len(lue) <= 64


@given(st.lists(st.builds(Graine, st.text(max_size=50), CLES, st.sampled_from([30, 60]))))
def test_cards_that_wait_come_back_the_same(graines: list[Graine]) -> None:
    assert lots_de_cartes.lire(lots_de_cartes.ecrire(graines)) == graines
