"""The first application: a key kept until its first code, which opens the session."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from django.contrib.auth import get_user
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from aidants import connexion, enrolement, facteurs
from aidants.forms.enrolement import REFUS_PREMIER_CODE
from aidants.models import Aidant, AppareilTotp, Recuperation
from journal.models import PLATEFORME, Entree
from tests.aidants.premiers_pas import (
    adresse,
    choisir,
    cle_montree,
    code_actuel,
    enroler,
    inviter,
    naitre,
    se_connecter,
)
from tests.factories import AidantFactory, AppareilTotpFactory

pytestmark = pytest.mark.django_db
PAGE = "/connexion/application/"


@pytest.fixture
def lea(client: Client) -> Aidant:
    """Who has just chosen a password in this browser."""
    choisir(client, adresse(inviter()))
    return Aidant.objects.get()


def test_page_shows_the_key_drawn_and_typed(client: Client, lea: Aidant) -> None:
    reponse = client.get(PAGE)
    page = reponse.content.decode()
    assert len(cle_montree(reponse)) == facteurs.TAILLE_CLE
    assert re.search(r'<path d="M4 4h1v1h-1z', page)
    assert "<title id=" in page
    assert f"otpauth://totp/Aidants%20Connect:{lea.courriel}?secret=" in page
    assert "style=" not in page


def test_first_code_opens_the_session(client: Client, lea: Aidant) -> None:
    avant = client.session.session_key
    reponse = enroler(client)
    appareil = AppareilTotp.objects.get()
    assert reponse["Location"] == reverse("codes_secours_premiers")
    assert get_user(client) == lea
    assert client.session.session_key != avant
    assert (appareil.name, appareil.confirmed) == ("Téléphone", True)
    assert set(Entree.objects.values_list("action", flat=True)) > {"facteur_ajoute", "connexion"}


def test_first_code_is_accepted_once(client: Client, lea: Aidant) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        enroler(client)
        cle = AppareilTotp.objects.get().cle
        autre = Client()
        se_connecter(autre)
        autre.post(reverse("code"), {"code": code_actuel(cle)})
    assert not get_user(autre).is_authenticated


def test_wrong_code_keeps_the_key_and_what_was_typed(client: Client, lea: Aidant) -> None:
    cle = cle_montree(client.get(PAGE))
    faux = "000000" if code_actuel(cle) != "000000" else "111111"
    reponse = client.post(PAGE, {"code": faux, "nom": "Tablette"})
    assert REFUS_PREMIER_CODE in reponse.content.decode()
    assert 'value="Tablette"' in reponse.content.decode()
    assert cle_montree(reponse) == cle_montree(client.get(PAGE)) == cle
    assert not AppareilTotp.objects.exists()


def test_key_is_unreadable_in_the_session(client: Client, lea: Aidant) -> None:
    cle = cle_montree(client.get(PAGE))
    gardee = client.session[enrolement.CLE]
    assert cle.hex() not in gardee
    requete = RequestFactory().get("/")
    requete.session = client.session
    assert enrolement.preparer(requete, lea) == cle
    assert enrolement.preparer(requete, AidantFactory()) != cle


def test_key_is_gone_from_the_session_once_it_serves(client: Client, lea: Aidant) -> None:
    enroler(client)
    assert enrolement.CLE not in client.session


def test_guesses_are_slowed_like_those_of_a_login(client: Client, lea: Aidant) -> None:
    with time_machine.travel(timezone.now(), tick=False) as horloge:
        cle = cle_montree(client.get(PAGE))
        for _ in range(5):
            client.post(PAGE, {"code": "abcdef", "nom": "x"})
        assert client.post(PAGE, {"code": code_actuel(cle), "nom": "x"}).status_code == 200
        horloge.shift(timedelta(seconds=16))
        assert client.post(PAGE, {"code": code_actuel(cle), "nom": "x"}).status_code == 302


def test_page_asks_the_password_first(client: Client) -> None:
    assert client.get(f"{PAGE}?next=/mandats/")["Location"] == "/connexion/?next=/mandats/"


def test_half_an_hour_later_the_password_is_asked_again_and_the_key_kept(
    client: Client, lea: Aidant
) -> None:
    with time_machine.travel(timezone.now(), tick=False) as horloge:
        cle = cle_montree(client.get(PAGE))
        horloge.shift(timedelta(minutes=30, seconds=1))
        assert client.get(PAGE)["Location"] == reverse("connexion")
        assert se_connecter(client)["Location"] == reverse("code")
        assert client.get(reverse("code"))["Location"] == PAGE
        assert cle_montree(client.get(PAGE)) == cle


def test_next_is_kept_until_the_end(client: Client, lea: Aidant) -> None:
    suite = "?next=/mandats/"
    se_connecter(client, suite)
    assert client.get(reverse("code") + suite)["Location"] == PAGE + suite
    assert enroler(client, suite)["Location"] == reverse("codes_secours_premiers") + suite


def test_account_with_a_factor_gives_its_code(client: Client, lea: Aidant) -> None:
    """Its invitation does not let a password alone add another."""
    AppareilTotpFactory(user=lea)
    assert client.get(PAGE)["Location"] == reverse("code")
    assert client.post(PAGE, {"code": "000000", "nom": "x"})["Location"] == reverse("code")
    assert AppareilTotp.objects.count() == 1


def test_enrolment_ends_with_the_invitation(client: Client, lea: Aidant) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=7, seconds=1)):
        se_connecter(client)
        assert client.get(PAGE)["Location"] == reverse("code")
        assert client.get(reverse("code")).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_code_sent_twice_at_a_time_makes_one_application(client: Client) -> None:
    lea = inviter().creer_compte("quatre mots bien distincts")
    assert lea
    cle, depart = facteurs.nouvelle_cle(), Barrier(2)

    def une_fois(_: int) -> bool:
        requete = RequestFactory().post(PAGE)
        requete.session = Client().session
        depart.wait()
        try:
            return connexion.enroler(requete, lea, cle=cle, code=code_actuel(cle), nom="x")
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as fils:
        assert sorted(fils.map(une_fois, range(2))) == [False, True]
    assert AppareilTotp.objects.count() == 1


# --- The link of a reset --------------------------------------------------------------------------


@pytest.fixture
def perdu(client: Client) -> Recuperation:
    """Léa lost her telephone; her manager has reset her factors."""
    aidant = naitre(client, inviter())
    facteurs.reinitialiser(aidant, par=PLATEFORME, precision="Téléphone perdu.")
    return Recuperation.objects.get()


def lien(perdu: Recuperation) -> str:
    return reverse("lien_facteurs", args=[perdu.pk, perdu.jeton])


def test_reset_closes_the_session_and_its_link_lets_enrol_again(
    client: Client, perdu: Recuperation
) -> None:
    assert client.get(reverse("espace"))["Location"].startswith(reverse("connexion"))
    assert client.post(lien(perdu))["Location"] == reverse("connexion")
    se_connecter(client)
    assert enroler(client)["Location"] == reverse("codes_secours_premiers")
    assert "Créez vos codes" in client.get(reverse("codes_secours_premiers")).content.decode()


def test_without_the_link_a_password_enrols_nothing(client: Client, perdu: Recuperation) -> None:
    client.get(lien(perdu))  # a mail scanner
    se_connecter(client)
    assert client.get(PAGE)["Location"] == reverse("code")


def test_reset_link_serves_once(client: Client, perdu: Recuperation) -> None:
    client.post(lien(perdu))
    for reponse in (client.get(lien(perdu)), client.post(lien(perdu))):
        assert reponse.status_code == 410
        assert "déjà servi" in reponse.content.decode()


def test_reset_link_lives_seven_days(client: Client, perdu: Recuperation) -> None:
    with time_machine.travel(perdu.expire_le, tick=False):
        assert client.post(lien(perdu)).status_code == 410


def test_wrong_reset_link_is_not_found(client: Client, perdu: Recuperation) -> None:
    assert client.post(reverse("lien_facteurs", args=[perdu.pk, "0" * 40])).status_code == 404
    assert perdu.aidant
    oubli = Recuperation.objects.demander(aidant=perdu.aidant, navigateur="")
    assert client.post(lien(oubli)).status_code == 404
