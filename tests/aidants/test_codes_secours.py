"""Ten recovery codes: drawn at the birth of an account, shown once, drawn again with a code."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from aidants import facteurs
from aidants.models import Aidant, CarnetSecours
from journal.models import Entree
from tests.aidants.premiers_pas import accepter, codes_montres, tirer_codes
from tests.clients_http import ouvrir_session
from tests.factories import AidantFactory, AppartenanceFactory

pytestmark = pytest.mark.django_db
PREMIERS, RENOUVELER = "/premiers-pas/codes/", "/compte/codes-de-secours/"


@pytest.fixture
def naissant(client: Client) -> Aidant:
    """Who has a factor, neither codes nor terms, and is logged in."""
    aidant: Aidant = AppartenanceFactory(aidant=AidantFactory(naissant=True)).aidant
    ouvrir_session(client, aidant)
    return aidant


def test_reading_the_page_draws_nothing(client: Client, naissant: Aidant) -> None:
    page = client.get(PREMIERS).content.decode()
    assert "Créer mes codes" in page
    assert not CarnetSecours.objects.exists()


def test_ten_codes_are_shown_once_and_work(client: Client, naissant: Aidant) -> None:
    codes = tirer_codes(client)
    assert len(set(codes)) == 10
    assert client.get(PREMIERS)["Location"] == reverse("conditions")
    assert [code for code in codes if facteurs.verifier(naissant, code)] == codes
    assert facteurs.verifier(naissant, codes[0]) is None


def test_codes_are_kept_as_hashes(client: Client, naissant: Aidant) -> None:
    codes = tirer_codes(client)
    gardes = str(CarnetSecours.objects.get().codes)
    assert not [code for code in codes if code in gardes or code.replace("-", "") in gardes]


def test_form_sent_twice_shows_codes_that_work(client: Client, naissant: Aidant) -> None:
    """The browser shows the second answer: its codes are the right ones."""
    premiers, seconds = tirer_codes(client), tirer_codes(client)
    assert facteurs.verifier(naissant, premiers[0]) is None
    with time_machine.travel(timezone.now() + timedelta(seconds=5)):  # the error makes one wait
        assert facteurs.verifier(naissant, seconds[0])


def test_old_session_does_not_draw_them_again(client: Client, naissant: Aidant) -> None:
    with time_machine.travel(timezone.now(), tick=False) as horloge:
        tirer_codes(client)
        horloge.shift(timedelta(minutes=5, seconds=1))
        assert client.post(PREMIERS)["Location"] == reverse("conditions")
    assert Entree.objects.filter(action="codes_secours").count() == 1


def test_page_leads_on_to_the_terms_with_next(client: Client, naissant: Aidant) -> None:
    reponse = client.post(f"{PREMIERS}?next=/mandats/")
    assert f'href="{reverse("conditions")}?next=/mandats/"' in reponse.content.decode()


def test_who_has_accepted_the_terms_goes_where_they_were_going(
    client: Client, naissant: Aidant
) -> None:
    tirer_codes(client)
    accepter(client)
    assert client.get(f"{PREMIERS}?next=/mandats/")["Location"] == "/mandats/"
    assert client.get(f"{PREMIERS}?next=//evil.example/")["Location"] == reverse("espace")
    assert client.get(f"{PREMIERS}?next={PREMIERS}", follow=True).status_code == 200


def test_new_codes_replace_the_old_ones(client_aidant: Client, aidant: Aidant) -> None:
    anciens = facteurs.renouveler_codes(aidant)
    page = client_aidant.get(RENOUVELER).content.decode()
    assert "Vos anciens codes ne serviront plus" in page
    nouveaux = codes_montres(client_aidant.post(RENOUVELER))
    assert len(nouveaux) == 10
    assert not set(nouveaux) & set(anciens)


@pytest.mark.parametrize("methode", ["get", "post"])
def test_new_codes_ask_a_code_of_less_than_five_minutes(
    client_aidant: Client, aidant: Aidant, methode: str
) -> None:
    with time_machine.travel(timezone.now() + timedelta(minutes=5, seconds=1)):
        reponse = getattr(client_aidant, methode)(RENOUVELER)
        assert reponse["Location"].startswith(reverse("reprise"))
    assert not CarnetSecours.objects.exists()
