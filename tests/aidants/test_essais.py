"""Strangers' failures shut nobody out, and a second device is no failure of the first."""

import secrets

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from aidants import essais, facteurs
from aidants.adresses import adresse_client
from aidants.models import Aidant, AppareilTotp
from tests.codes import code_de
from tests.factories import MOT_DE_PASSE, AppareilTotpFactory

pytestmark = pytest.mark.django_db


def mot_de_passe(client: Client, aidant: Aidant, valeur: str, adresse: str = "10.0.0.1") -> str:
    """Where the password page sends, empty when it refuses."""
    champs = {"courriel": aidant.courriel, "mot_de_passe": valeur}
    reponse = client.post("/connexion/", champs, REMOTE_ADDR=adresse)
    return str(reponse.headers.get("Location", ""))


def entrer(client: Client, appareil: AppareilTotp) -> None:
    mot_de_passe(client, appareil.user, MOT_DE_PASSE)
    client.post("/connexion/code/", {"code": code_de(appareil)})
    client.post("/deconnexion/")


def test_browser_that_logged_in_is_not_shut_out_by_strangers(
    client: Client, appareil: AppareilTotp
) -> None:
    entrer(client, appareil)
    for numero in range(60):
        mot_de_passe(Client(), appareil.user, "faux", f"10.1.0.{numero}")
    assert mot_de_passe(Client(), appareil.user, MOT_DE_PASSE, "10.2.0.1") == ""
    assert mot_de_passe(client, appareil.user, MOT_DE_PASSE) == "/connexion/code/"


def test_known_browser_has_its_own_five_tries(client: Client, appareil: AppareilTotp) -> None:
    entrer(client, appareil)
    for _ in range(5):
        mot_de_passe(client, appareil.user, "faux")
    assert mot_de_passe(client, appareil.user, MOT_DE_PASSE) == ""


def test_mark_of_a_browser_is_worth_nothing_for_another_account(
    client: Client, appareil: AppareilTotp
) -> None:
    entrer(client, appareil)
    requete = RequestFactory().get("/")
    requete.COOKIES[essais.COOKIE] = client.cookies[essais.COOKIE].value
    usages = [c.usage for c in essais.compteurs(requete, "autre@example.org")]
    assert usages == ["paire", "compte", "adresse"]


def test_forged_mark_is_ignored() -> None:
    requete = RequestFactory().get("/")
    requete.COOKIES[essais.COOKIE] = "faux:faux:faux"
    assert len(essais.compteurs(requete, "a@example.org")) == 3


def test_password_page_keeps_no_session_of_the_visit_before(
    client: Client, appareil: AppareilTotp
) -> None:
    session = client.session
    session["consultation_ouverte"] = {"mandats": ["x"], "usager": "", "jusqua": 9e9}
    session.save()
    entrer(client, appareil)
    assert "consultation_ouverte" not in client.session


@pytest.mark.parametrize(
    ("adresse", "attendue"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("n’importe quoi", "n’importe quoi"),
    ],
)
def test_ipv6_counts_by_subscriber(adresse: str, attendue: str) -> None:
    assert adresse_client(RequestFactory().get("/", REMOTE_ADDR=adresse)) == attendue


def test_code_of_the_second_device_is_no_failure_of_the_first(appareil: AppareilTotp) -> None:
    second = AppareilTotpFactory(user=appareil.user, cle=secrets.token_bytes(20))
    assert facteurs.verifier(appareil.user, code_de(second)) == second
    appareil.refresh_from_db()
    assert appareil.throttling_failure_count == 0
    assert facteurs.verifier(appareil.user, code_de(appareil)) == appareil


def test_mark_given_by_a_mail_buys_no_more_codes(appareil: AppareilTotp) -> None:
    """Who holds the mailbox draws marks at will: each would bring twenty more guesses a day."""
    courriel = appareil.user.courriel
    reponse, requete = HttpResponse(), RequestFactory().get("/")
    essais.reconnaitre(reponse, courriel, par_courriel=True)
    requete.COOKIES[essais.COOKIE] = reponse.cookies[essais.COOKIE].value
    assert [c.usage for c in essais.compteurs(requete, courriel)] == ["navigateur"]
    usages = [c.usage for c in essais.compteurs_codes(requete, courriel)]
    assert usages == ["paire-codes", "compte-codes", "adresse-codes"]


def test_address_where_an_aidant_logged_in_has_larger_limits(
    client: Client, appareil: AppareilTotp
) -> None:
    ici, seuils = "127.0.0.1", (essais.SEUIL_ADRESSE,)
    assert essais.seuils_ici(ici, seuils) == seuils
    entrer(client, appareil)
    assert [seuil.nombre for seuil in essais.seuils_ici(ici, seuils)] == [150]
    assert essais.seuils_ici("10.0.0.2", seuils) == seuils
