"""`prompt=login` and `max_age`: the aidant gives a fresh code, and comes back to the request."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import resolve
from django.utils import timezone
from joserfc import jwt
from joserfc.jwk import KeySet

from aidants.models import AppareilTotp
from fournisseur_identite.models import DemandeAutorisation
from mandats.models import Autorisation
from tests.clients_http import ouvrir_session
from tests.codes import code_de
from tests.fournisseur_identite.flux import Flux, retour_de

pytestmark = pytest.mark.django_db


@pytest.fixture
def horloge(flux: Flux, autorisation: Autorisation) -> Iterator[Any]:
    """A clock in the test's hand, and a session whose code was given just now."""
    with time_machine.travel(timezone.now(), tick=False) as horloge:
        ouvrir_session(flux.client, autorisation.mandat.aidant)
        yield horloge


def travailler(flux: Flux, horloge: Any, duree: timedelta) -> None:
    """Let time pass without ever leaving the session at rest."""
    horloge.shift(duree / 2)
    assert flux.client.get("/espace/").status_code == 200
    horloge.shift(duree / 2)


def demander(flux: Flux, **autres: Any) -> str:
    """Send the request; the address of its first page."""
    adresse: str = flux.demander(**autres)["Location"]
    assert resolve(adresse).url_name == "oidc_usager"
    return adresse


def redemande_un_code(flux: Flux, adresse: str) -> bool:
    lieu: str = flux.client.get(adresse).headers.get("Location", "")
    return lieu == f"/connexion/reprise/?next={adresse}"


@pytest.mark.parametrize(
    ("autres", "age", "attendu"),
    [
        ({}, timedelta(minutes=50), False),
        ({"prompt": "login"}, timedelta(minutes=14), False),
        ({"prompt": "login"}, timedelta(minutes=16), True),
        ({"prompt": "consent login"}, timedelta(minutes=16), True),
        ({"prompt": "consent"}, timedelta(minutes=50), False),
        ({"max_age": "600"}, timedelta(minutes=9), False),
        ({"max_age": "600"}, timedelta(minutes=11), True),
        ({"max_age": "1"}, timedelta(seconds=2), True),
        ({"max_age": "0"}, timedelta(seconds=1), True),
        ({"max_age": "10000"}, timedelta(minutes=50), False),
        ({"max_age": "10000", "prompt": "login"}, timedelta(minutes=16), True),
        ({"max_age": "60", "prompt": "login"}, timedelta(minutes=2), True),
    ],
)
def test_age_of_the_code(
    flux: Flux, horloge: Any, autres: dict[str, str], age: timedelta, attendu: bool
) -> None:
    travailler(flux, horloge, age)
    assert redemande_un_code(flux, demander(flux, **autres)) is attendu


@pytest.mark.parametrize("autres", [{"prompt": "login"}, {"max_age": "60"}, {"max_age": "0"}])
def test_fresh_code_comes_back_and_is_the_auth_time(
    flux: Flux,
    autorisation: Autorisation,
    appareil: AppareilTotp,
    horloge: Any,
    autres: dict[str, str],
) -> None:
    travailler(flux, horloge, timedelta(minutes=16))
    adresse = demander(flux, **autres)
    horloge.shift(timedelta(seconds=40))
    assert redemande_un_code(flux, adresse)
    reprise = flux.client.post(f"/connexion/reprise/?next={adresse}", {"code": code_de(appareil)})
    assert reprise["Location"] == adresse
    donne_le = int(timezone.now().timestamp())
    assert flux.client.get(adresse).status_code == 200
    horloge.shift(timedelta(seconds=20))
    code = retour_de(flux.client.post(f"{adresse}autorisations/{autorisation.pk}/"))["code"]
    cles = KeySet.import_key_set(Client().get("/oidc/jwks").json())
    id_token = flux.echanger(code).json()["id_token"]
    assert jwt.decode(id_token, cles, algorithms=["ES256"]).claims["auth_time"] == donne_le


def test_wrong_code_opens_nothing(flux: Flux, autorisation: Autorisation, horloge: Any) -> None:
    travailler(flux, horloge, timedelta(minutes=16))
    adresse = demander(flux, prompt="login")
    faux = flux.client.post(f"/connexion/reprise/?next={adresse}", {"code": "000000"})
    assert faux.status_code == 200
    assert redemande_un_code(flux, adresse)


def test_confirmation_with_an_old_code_gives_nothing(
    flux: Flux, autorisation: Autorisation, horloge: Any
) -> None:
    """Going straight to the last step does not go round the code."""
    travailler(flux, horloge, timedelta(minutes=16))
    adresse = demander(flux, prompt="login")
    reponse = flux.client.post(f"{adresse}autorisations/{autorisation.pk}/")
    assert reponse["Location"].startswith("/connexion/reprise/")
    assert not hasattr(DemandeAutorisation.objects.get(), "connexion")
