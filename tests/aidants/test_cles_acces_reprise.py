"""After a rest, or before a serious act: a passkey of the same account does as a code."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from aidants.models import Aidant
from aidants.views.cles_acces import REFUS
from journal.models import Entree
from tests.aidants.cles import doter, poster
from tests.aidants.test_reprise import poster as poster_formulaire
from tests.authentificateur import Authentificateur
from tests.clients_http import ouvrir_session
from tests.factories import AidantFactory

REPOS = settings.INACTIVITE_MAX + timedelta(seconds=1)
BOUTON = "Utiliser une clé d’accès"


@pytest.fixture
def appareil(aidant: Aidant) -> Authentificateur:
    return doter(aidant)


@pytest.fixture
def au_repos(client: Client, aidant: Aidant, appareil: Authentificateur) -> Iterator[Client]:
    with time_machine.travel(timezone.now(), tick=False) as horloge:
        ouvrir_session(client, aidant)
        horloge.shift(REPOS)
        yield client


def reprendre(client: Client, appareil: Authentificateur, suite: str = "/espace/") -> Any:
    options = poster(client, "cle_connexion_debut", {"reprise": True}).json()
    reponse = appareil.presenter(options)
    return poster(client, "cle_connexion_fin", reponse, f"?next={suite}")


def test_passkey_takes_up_the_session(au_repos: Client, appareil: Authentificateur) -> None:
    avant = au_repos.session.session_key
    suite = reprendre(au_repos, appareil, "/usagers/").json()["suite"]
    assert au_repos.get(suite)["Location"] == "/usagers/"
    assert au_repos.get(reverse("espace")).status_code == 200
    assert au_repos.session.session_key != avant
    assert Entree.objects.latest("id").action == "reprise"


def test_passkey_gives_back_the_posted_form(
    au_repos: Client, aidant: Aidant, appareil: Authentificateur
) -> None:
    poster_formulaire(au_repos, aidant.structures().get())
    suite = reprendre(au_repos, appareil, "/usagers/").json()["suite"]
    page = au_repos.get(suite).content.decode()
    assert "Envoyer ce que j’avais saisi" in page
    assert au_repos.get(suite)["Location"] == "/usagers/"


def test_passkey_of_another_account_takes_up_nothing(au_repos: Client) -> None:
    autre = AidantFactory()
    with time_machine.travel(timezone.now(), tick=False):
        appareil = doter(autre)
    reponse = reprendre(au_repos, appareil)
    assert (reponse.status_code, reponse.json()) == (403, {"message": REFUS})
    assert au_repos.get(reverse("espace")).status_code == 302


def test_only_the_account_s_own_keys_are_asked_for(
    au_repos: Client, appareil: Authentificateur
) -> None:
    options = poster(au_repos, "cle_connexion_debut", {"reprise": True}).json()
    attendue = appareil.presenter(options)["id"]
    assert [cle["id"] for cle in options["allowCredentials"]] == [attendue]


def test_a_key_asked_by_its_name_may_leave_its_owner_out(
    au_repos: Client, appareil: Authentificateur
) -> None:
    appareil.poignee = None
    assert reprendre(au_repos, appareil).status_code == 200


def test_stranger_takes_up_nothing(client: Client, db: None) -> None:
    reponse = poster(client, "cle_connexion_debut", {"reprise": True})
    assert (reponse.status_code, reponse.json()) == (403, {"message": REFUS})


def test_button_is_offered_to_who_has_a_key(au_repos: Client) -> None:
    assert BOUTON in au_repos.get(reverse("reprise")).content.decode()


def test_button_is_not_offered_without_a_key(client_aidant: Client) -> None:
    assert BOUTON not in client_aidant.get(reverse("reprise")).content.decode()
