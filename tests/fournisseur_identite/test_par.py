"""Pushed authorization requests (RFC 9126): deposited by the server, used once, in one browser."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from fournisseur_identite.models import DemandeAutorisation, DemandePoussee
from mandats.models import Autorisation
from tests.clients_http import ouvrir_session
from tests.fournisseur_identite.flux import RETOUR, Flux, retour_de

pytestmark = pytest.mark.django_db


def pousser(flux: Flux, **autres: Any) -> Any:
    secret = {"client_secret": flux.secret}
    return flux.poster("/oidc/par", flux.parametres(**(secret | autres)))


def nom(flux: Flux, **autres: Any) -> str:
    reponse = pousser(flux, **autres)
    assert reponse.status_code == 201, reponse.content
    return reponse.json()["request_uri"]


def venir(flux: Flux, request_uri: str, client: Client | None = None, **autres: Any) -> Any:
    parametres = {"client_id": flux.fs.client_id, "request_uri": request_uri} | autres
    return (client or flux.client).get("/oidc/authorize", parametres)


def refusee(reponse: Any) -> bool:
    return reponse.status_code == 400 and "Location" not in reponse


def test_answer_is_a_name_for_a_minute(flux: Flux) -> None:
    reponse = pousser(flux)
    assert reponse.status_code == 201
    assert reponse["Cache-Control"] == "no-store"
    assert reponse.json()["expires_in"] == 60
    request_uri = reponse.json()["request_uri"]
    assert request_uri.startswith("urn:ietf:params:oauth:request_uri:")
    poussee = DemandePoussee.objects.get()
    assert request_uri not in poussee.reference_sha256
    assert {"client_secret", "client_assertion"}.isdisjoint(poussee.parametres)
    assert flux.secret not in str(poussee.parametres)


def test_whole_use(flux: Flux, autorisation: Autorisation) -> None:
    pages = venir(flux, nom(flux))["Location"]
    reponse = flux.client.post(f"{pages}autorisations/{autorisation.pk}/")
    retour = retour_de(reponse)
    assert retour["state"] == flux.state
    jetons = flux.echanger(retour["code"]).json()
    assert flux.identite(jetons["access_token"]).status_code == 200


def test_what_stands_in_the_address_is_not_read(flux: Flux) -> None:
    venir(flux, nom(flux), state="autre", redirect_uri="https://evil.example/", scope="openid")
    parametres = DemandeAutorisation.objects.get().parametres
    assert (parametres["state"], parametres["redirect_uri"]) == (flux.state, RETOUR)


def test_same_browser_may_come_again_until_it_is_done(
    flux: Flux, autorisation: Autorisation
) -> None:
    request_uri = nom(flux)
    pages = venir(flux, request_uri)["Location"]
    assert venir(flux, request_uri)["Location"] == pages
    assert DemandeAutorisation.objects.count() == 1
    flux.client.post(f"{pages}autorisations/{autorisation.pk}/")
    assert refusee(venir(flux, request_uri))


def test_another_browser_may_not(flux: Flux, autorisation: Autorisation) -> None:
    request_uri = nom(flux)
    venir(flux, request_uri)
    voisin = Client()
    ouvrir_session(voisin, autorisation.mandat.aidant)
    assert refusee(venir(flux, request_uri, voisin))
    assert refusee(venir(flux, request_uri, Client()))


def test_lives_sixty_seconds(flux: Flux) -> None:
    request_uri = nom(flux)
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert refusee(venir(flux, request_uri))


def test_is_one_clients_own(flux: Flux, flux_franceconnect: Flux) -> None:
    assert refusee(venir(flux_franceconnect, nom(flux)))


def test_suspended_meanwhile(flux: Flux) -> None:
    request_uri = nom(flux)
    flux.fs.actif = False
    flux.fs.save()
    assert refusee(venir(flux, request_uri))
    assert pousser(flux).status_code == 401


def test_address_no_longer_registered(flux: Flux) -> None:
    request_uri = nom(flux)
    flux.fs.redirect_uris = ["https://fs.example.org/autre"]
    flux.fs.save()
    assert refusee(venir(flux, request_uri))


@pytest.mark.parametrize(
    "request_uri",
    ["urn:ietf:params:oauth:request_uri:", "urn:ietf:params:oauth:request_uri:x",
     "urn:ietf:params:oauth:request_uri:\x00"],
)  # fmt: skip
def test_unknown_name(flux: Flux, request_uri: str) -> None:
    assert refusee(venir(flux, request_uri))


def test_repeated_in_the_address(flux: Flux) -> None:
    request_uri = nom(flux)
    deux_fois = {"client_id": flux.fs.client_id, "request_uri": [request_uri, request_uri]}
    assert refusee(flux.client.get("/oidc/authorize", deux_fois))
    assert refusee(venir(flux, request_uri, client_id=[flux.fs.client_id, "autre"]))


@pytest.mark.parametrize(
    ("autres", "erreur"),
    [
        ({"redirect_uri": None}, "invalid_request"),
        ({"redirect_uri": "https://evil.example/"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"request_uri": "urn:ietf:params:oauth:request_uri:x"}, "invalid_request"),
        ({"request": "eyJhbGciOiJub25lIn0.e30."}, "request_not_supported"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"claims": "[]"}, "invalid_request"),
        ({"claims": '{"id_token": {"rep_scope": {"values": ["social"]}}}'}, "invalid_request"),
        ({"max_age": "vite"}, "invalid_request"),
        ({"acr_values": "eidas3"}, "unmet_authentication_requirements"),
        ({"state": "s" * 513}, "invalid_request"),
        ({"state": ["a", "b"]}, "invalid_request"),
        ({"state": "a\x00"}, "invalid_request"),
    ],
)
def test_refused_at_once(flux: Flux, autres: dict[str, Any], erreur: str) -> None:
    reponse = pousser(flux, **autres)
    assert (reponse.status_code, reponse.json()["error"]) == (400, erreur)
    assert not DemandePoussee.objects.exists()


@pytest.mark.parametrize("autres", [{"client_secret": "faux"}, {"client_secret": None}])
def test_client_must_prove_who_it_is(flux: Flux, autres: dict[str, Any]) -> None:
    reponse = pousser(flux, **autres)
    assert (reponse.status_code, reponse.json()["error"]) == (401, "invalid_client")
    assert "WWW-Authenticate" in reponse


@pytest.mark.parametrize("methode", ["get", "put", "delete", "head"])
def test_post_only(methode: str) -> None:
    reponse = getattr(Client(), methode)("/oidc/par")
    assert (reponse.status_code, reponse["Allow"]) == (405, "POST")


def test_required_of_a_client(flux: Flux, autorisation: Autorisation) -> None:
    flux.fs.par_exige = True
    flux.fs.save()
    assert retour_de(flux.demander())["error"] == "invalid_request"
    assert venir(flux, nom(flux))["Location"].startswith("/oidc/demandes/")


def test_prompt_none_is_answered_to_the_browser_and_ends_it(flux: Flux) -> None:
    request_uri = nom(flux, prompt="none")
    assert retour_de(venir(flux, request_uri))["error"] == "interaction_required"
    assert refusee(venir(flux, request_uri))
