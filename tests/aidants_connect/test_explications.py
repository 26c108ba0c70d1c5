"""The pages that explain: what stands on them comes from the rules, and all of it does."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from aidants.demarches import DEMARCHES
from aidants_connect.demarches_expliquees import EXPLIQUEES, OUVRE
from mandats.durees import DUREES

pytestmark = pytest.mark.django_db


def lire(client: Client, route: str) -> str:
    return client.get(reverse(route)).content.decode()


def test_home_draws_the_five_steps(client: Client) -> None:
    page = lire(client, "accueil")
    assert page.count('<li class="ac-etape">') == 5
    assert page.count("ac-etape__numero") == 5


def test_door_to_the_parcours_is_there_only_when_it_leads_somewhere(client: Client) -> None:
    page = lire(client, "accueil")
    assert 'href="#"' not in page
    assert 'href=""' not in page


def test_every_demarche_is_explained_once() -> None:
    assert list(OUVRE) == list(DEMARCHES)
    assert [explication.demarche for explication in EXPLIQUEES] == list(DEMARCHES.values())


def test_page_shows_the_whole_catalogue(client: Client) -> None:
    page = lire(client, "demarches")
    for cle, demarche in DEMARCHES.items():
        assert f'id="{cle}"' in page
        for texte in (demarche.titre, demarche.sujets, demarche.exemples, demarche.avertissement):
            assert escape(texte) in page
    assert page.count("fr-alert--warning") == 1  # the over-indebtedness file alone


def test_mandat_is_explained_with_its_durations(client: Client) -> None:
    page = lire(client, "je_signe")
    for texte in ("J’autorise", "Je m’engage", "J’ai l’assurance", *DUREES.values()):
        assert texte in page
    assert reverse("mon_mandat") in page.split("<main")[1]


def test_franceconnect_says_who_may_use_it(client: Client) -> None:
    page = lire(client, "franceconnect_explique")
    for texte in ("commence par 1 ou par 2", "personne décédée"):
        assert texte in page
