"""The terms of use: read and accepted, each version once."""

import pytest
from django.test import Client
from django.urls import reverse

from aidants import conditions
from aidants.models import Aidant
from journal.models import Entree
from tests.aidants.premiers_pas import accepter
from tests.clients_http import ouvrir_session
from tests.factories import AidantFactory, AppartenanceFactory

pytestmark = pytest.mark.django_db
PAGE = "/premiers-pas/conditions/"


@pytest.fixture
def lecteur(client: Client) -> Aidant:
    """Who has recovery codes and has not accepted the terms."""
    aidant: Aidant = AidantFactory(conditions_version="", conditions_le=None)
    AppartenanceFactory(aidant=aidant)
    ouvrir_session(client, aidant)
    return aidant


def versions(aidant: Aidant) -> str:
    aidant.refresh_from_db()
    return aidant.conditions_version


def test_accepting_writes_version_and_date_and_leads_on(client: Client, lecteur: Aidant) -> None:
    assert accepter(client, "?next=/mandats/")["Location"] == "/mandats/"
    assert versions(lecteur) == conditions.VERSION
    assert lecteur.conditions_le
    assert Entree.objects.get().details == {"version": conditions.VERSION}


def test_box_must_be_ticked(client: Client, lecteur: Aidant) -> None:
    reponse = client.post(PAGE, {"version": conditions.VERSION})
    assert "Cochez la case" in reponse.content.decode()
    assert versions(lecteur) == ""


def test_text_that_changed_meanwhile_is_not_accepted(client: Client, lecteur: Aidant) -> None:
    reponse = client.post(PAGE, {"version": "2020-01", "accord": "on"})
    assert "Le texte vient de changer" in reponse.content.decode()
    assert versions(lecteur) == ""


def test_accepting_twice_is_journaled_once(client: Client, lecteur: Aidant) -> None:
    accepter(client)
    assert accepter(client).status_code == 200
    assert Entree.objects.filter(action="conditions_acceptees").count() == 1


def test_new_version_asks_again(client: Client, lecteur: Aidant) -> None:
    Aidant.objects.filter(pk=lecteur.pk).update(conditions_version="2020-01")
    assert client.get(reverse("espace"))["Location"] == f"{PAGE}?next=/espace/"
    assert "ont changé" in client.get(PAGE).content.decode()


def test_accepted_terms_are_shown_with_their_date(client_aidant: Client) -> None:
    page = client_aidant.get(PAGE).content.decode()
    assert "Vous les avez acceptées le" in page
    assert conditions.VERSION in page
    assert 'name="accord"' not in page


def test_codes_come_before_the_terms(client: Client) -> None:
    ouvrir_session(client, AidantFactory(naissant=True))
    codes = reverse("codes_secours_premiers")
    assert client.get(f"{PAGE}?next=/mandats/")["Location"] == f"{codes}?next=/mandats/"
    assert accepter(client)["Location"] == codes


@pytest.mark.parametrize("suite", ["https://evil.example/", "//evil.example/", "javascript:x"])
def test_terms_never_lead_to_another_site(client: Client, lecteur: Aidant, suite: str) -> None:
    assert accepter(client, f"?next={suite}")["Location"] == reverse("espace")
