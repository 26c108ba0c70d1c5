"""One's own factors: added, renamed, removed; never the last, never another's, never a card."""

import time
from base64 import b32decode
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.oath import hotp
from django_otp_webauthn.models import WebAuthnCredential

from aidants import facteurs
from aidants.models import Aidant, AppareilTotp, CarteTotp, Courrier
from journal.models import Entree
from tests.clients_http import ouvrir_session
from tests.factories import AidantFactory, AppareilTotpFactory

APPLICATION = reverse("facteur_application")
PLUS_TARD = timedelta(minutes=5, seconds=1)


def cle_affichee(client: Client) -> bytes:
    return b32decode(client.get(APPLICATION).context["cle"].replace(" ", ""))


def code_affiche(cle: bytes) -> str:
    return f"{hotp(cle, int(time.time()) // 30):06d}"


def adresse(acte: str, facteur: Any, genre: str = "application") -> str:
    return reverse(f"facteur_{acte}", args=[genre, facteur.pk])


@pytest.fixture
def second(aidant: Aidant) -> AppareilTotp:
    return AppareilTotpFactory(user=aidant, name="Tablette")


@pytest.fixture
def cle_acces(aidant: Aidant) -> WebAuthnCredential:
    return WebAuthnCredential.objects.create(
        user=aidant, name="Ordinateur", credential_id=b"x" * 16, public_key=b"y", sign_count=0
    )


@pytest.fixture
def carte(aidant: Aidant) -> AppareilTotp:
    carte = CarteTotp(serie="GADT000123")
    carte.cle = b"k" * 20
    carte.save()
    carte.associer(aidant=aidant, par=aidant.auteur)
    appareil = AppareilTotp.objects.get(carte=carte)
    appareil.confirmed = True
    appareil.save()
    return appareil


def test_application_is_added_by_its_first_code(client_aidant: Client, aidant: Aidant) -> None:
    code = code_affiche(cle_affichee(client_aidant))
    reponse = client_aidant.post(APPLICATION, {"nom": "Tablette", "code": code})
    assert reponse["Location"] == reverse("compte")
    assert [f.name for f in facteurs.applications(aidant)] == ["Téléphone", "Tablette"]
    assert Entree.objects.get().details == {"genre": "application"}
    assert Courrier.objects.get().genre == "facteur_ajoute"


def test_key_is_the_same_across_reloads_then_forgotten(client_aidant: Client) -> None:
    cle = cle_affichee(client_aidant)
    assert cle_affichee(client_aidant) == cle
    client_aidant.post(APPLICATION, {"nom": "Tablette", "code": code_affiche(cle)})
    assert cle_affichee(client_aidant) != cle


def test_wrong_code_keeps_the_key_and_the_name(client_aidant: Client, aidant: Aidant) -> None:
    cle = cle_affichee(client_aidant)
    reponse = client_aidant.post(APPLICATION, {"nom": "Tablette", "code": "000000"})
    assert 'value="Tablette"' in reponse.content.decode()
    assert cle_affichee(client_aidant) == cle
    assert len(facteurs.applications(aidant)) == 1


def test_key_is_not_readable_in_the_session(client_aidant: Client) -> None:
    cle = client_aidant.get(APPLICATION).context["cle"].replace(" ", "")
    assert cle not in str(dict(client_aidant.session.items()))


def test_same_key_is_never_two_devices(aidant: Aidant) -> None:
    cle = facteurs.nouvelle_cle()
    code = code_affiche(cle)
    assert facteurs.enroler(aidant, cle=cle, code=code, nom="Une")
    assert facteurs.enroler(aidant, cle=cle, code=code, nom="Deux") is None


@pytest.mark.parametrize("methode", ["get", "post"])
@pytest.mark.parametrize("page", ["application", "retirer", "mot de passe"])
def test_serious_acts_ask_a_code_of_less_than_five_minutes(
    client_aidant: Client, second: AppareilTotp, page: str, methode: str
) -> None:
    pages = {
        "application": APPLICATION,
        "retirer": adresse("retirer", second),
        "mot de passe": reverse("mot_de_passe"),
    }
    with time_machine.travel(timezone.now() + PLUS_TARD, tick=False):
        reponse = getattr(client_aidant, methode)(pages[page])
    assert reponse["Location"].startswith(reverse("reprise"))
    assert AppareilTotp.objects.filter(pk=second.pk).exists()


def test_renaming_asks_no_code(client_aidant: Client, second: AppareilTotp) -> None:
    with time_machine.travel(timezone.now() + PLUS_TARD, tick=False):
        client_aidant.post(adresse("renommer", second), {"nom": "  Tablette du bureau "})
    second.refresh_from_db()
    assert second.name == "Tablette du bureau"


def test_passkey_is_renamed_and_removed(
    client_aidant: Client, cle_acces: WebAuthnCredential
) -> None:
    client_aidant.post(adresse("renommer", cle_acces, "cle"), {"nom": "Clé USB"})
    cle_acces.refresh_from_db()
    assert cle_acces.name == "Clé USB"
    client_aidant.post(adresse("retirer", cle_acces, "cle"))
    assert not WebAuthnCredential.objects.exists()
    assert Entree.objects.get().details == {"genre": "cle"}


@pytest.mark.parametrize(("nom", "attendu"), [("", "Écrivez un nom."), ("x" * 65, "64")])
def test_name_that_cannot_be_is_told_at_the_field(
    client_aidant: Client, second: AppareilTotp, nom: str, attendu: str
) -> None:
    reponse = client_aidant.post(adresse("renommer", second), {"nom": nom})
    assert attendu in reponse.content.decode()


def test_factor_is_removed_after_a_confirmation(
    client_aidant: Client, second: AppareilTotp
) -> None:
    assert (
        "Retirer «\u00a0Tablette\u00a0»"
        in client_aidant.get(adresse("retirer", second)).content.decode()
    )
    assert AppareilTotp.objects.filter(pk=second.pk).exists()
    client_aidant.post(adresse("retirer", second))
    assert not AppareilTotp.objects.filter(pk=second.pk).exists()
    assert Courrier.objects.get().genre == "facteur_retire"


def test_last_factor_is_never_removed(client_aidant: Client, appareil: AppareilTotp) -> None:
    assert "seul moyen" in client_aidant.get(adresse("retirer", appareil)).content.decode()
    assert client_aidant.post(adresse("retirer", appareil)).status_code == 409
    assert AppareilTotp.objects.filter(pk=appareil.pk).exists()


def test_last_application_stays_beside_a_passkey(
    client_aidant: Client, appareil: AppareilTotp, cle_acces: WebAuthnCredential
) -> None:
    """A mandat is signed with a code, which a passkey does not show."""
    assert client_aidant.post(adresse("retirer", appareil)).status_code == 409
    assert AppareilTotp.objects.filter(pk=appareil.pk).exists()
    assert cle_acces.confirmed


def test_recovery_codes_are_no_factor_left(client_aidant: Client, appareil: AppareilTotp) -> None:
    facteurs.renouveler_codes(appareil.user)
    assert client_aidant.post(adresse("retirer", appareil)).status_code == 409


def test_card_goes_back_through_the_responsable(client_aidant: Client, carte: AppareilTotp) -> None:
    assert "responsable" in client_aidant.get(adresse("retirer", carte)).content.decode()
    assert client_aidant.post(adresse("retirer", carte)).status_code == 409
    assert AppareilTotp.objects.filter(pk=carte.pk).exists()


def test_session_opened_by_the_factor_removed_goes_on(
    client_aidant: Client, appareil: AppareilTotp, second: AppareilTotp
) -> None:
    assert client_aidant.session[DEVICE_ID_SESSION_KEY] == appareil.persistent_id
    client_aidant.post(adresse("retirer", appareil))
    assert client_aidant.get(reverse("compte")).status_code == 200


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("acte", ["renommer", "retirer"])
def test_factor_of_another_account_is_not_found(client: Client, acte: str) -> None:
    siens = [AppareilTotpFactory() for _ in range(2)]
    ouvrir_session(client, AidantFactory())
    for genre in ("application", "cle", "secours"):
        assert client.get(adresse(acte, siens[0], genre)).status_code == 404
        assert client.post(adresse(acte, siens[0], genre), {"nom": "x"}).status_code == 404
    assert AppareilTotp.objects.filter(pk=siens[0].pk, name="Téléphone").exists()
