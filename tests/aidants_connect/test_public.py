"""The public home, the page of the monitor, the pages of errors and the site's brand."""

from unittest.mock import patch

import pytest
from django.contrib.messages.storage.base import Message
from django.db import OperationalError, connection
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from aidants.models import Aidant


def test_home_opens_two_doors_without_a_query(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, db: None
) -> None:
    with django_assert_num_queries(0):
        page = client.get(reverse("accueil")).content.decode()
    assert f'href="{reverse("connexion")}">Je suis aidant' in page
    assert f'href="{reverse("mon_mandat")}">J’ai un mandat' in page


def test_home_stays_the_same_for_an_aidant(client_aidant: Client) -> None:
    page = client_aidant.get(reverse("accueil"))
    assert page.status_code == 200
    assert "Mon espace" in page.content.decode()


def test_monitor_reads_ok(client: Client, db: None) -> None:
    reponse = client.get(reverse("sante"))
    assert (reponse.status_code, reponse.content) == (200, b"ok")
    assert reponse["Content-Type"] == "text/plain; charset=utf-8"


def test_monitor_reads_that_the_database_is_away(client: Client, db: None) -> None:
    with patch.object(connection, "cursor", side_effect=OperationalError):
        reponse = client.get(reverse("sante"))
    assert (reponse.status_code, reponse.content.decode()) == (503, "base de données injoignable")


def test_form_without_its_token_is_refused_with_a_way_on(db: None) -> None:
    reponse = Client(enforce_csrf_checks=True).post(reverse("connexion"), {"courriel": "a@b.fr"})
    assert reponse.status_code == 403
    assert "Rien n’a été enregistré." in reponse.content.decode()


def test_unknown_page_is_explained(client_aidant: Client) -> None:
    reponse = client_aidant.get("/une/page/inconnue")
    assert reponse.status_code == 404
    assert "Cette page n’existe pas" in reponse.content.decode()


@pytest.mark.parametrize("page", ["400.html", "500.html"])
def test_errors_without_context_still_show_their_page(page: str) -> None:
    assert "Revenir à l’accueil" in render_to_string(page)


@pytest.mark.parametrize("marque", [True, False])
def test_marks_of_the_state_are_shown_on_demand(
    client: Client, db: None, settings: Settings, marque: bool
) -> None:
    settings.MARQUE_ETAT = marque
    page = client.get(reverse("accueil")).content.decode()
    assert ("fr-logo" in page) is marque
    assert ('class="ac-neutre"' in page) is not marque
    assert ("favicon/favicon.svg" in page) is marque


def test_header_names_the_person_and_the_structure(client_aidant: Client, aidant: Aidant) -> None:
    page = client_aidant.get(reverse("espace")).content.decode()
    assert aidant.nom_complet in page
    assert aidant.structures().get().nom in page


def test_message_is_text_and_never_html() -> None:
    page = render_to_string("fragments/messages.html", {"messages": [Message(20, "<b>NOM</b>")]})
    assert "&lt;b&gt;NOM" in page


def test_page_holds_no_inline_script_nor_style(client_aidant: Client) -> None:
    for route in ("accueil", "connexion", "reprise"):
        page = client_aidant.get(reverse(route)).content.decode()
        assert " style=" not in page
        assert "onclick=" not in page
        assert "<style" not in page
