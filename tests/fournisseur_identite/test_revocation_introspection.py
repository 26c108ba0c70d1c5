"""/oidc/revoke and /oidc/introspect: a FS's own access tokens, and nobody else's."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from journal.models import PLATEFORME
from mandats.models import Autorisation
from tests.fournisseur_identite.flux import Flux

pytestmark = pytest.mark.django_db
ADRESSES = ("/oidc/revoke", "/oidc/introspect")
chacune = pytest.mark.parametrize("adresse", ADRESSES)


def appeler(flux: Flux, adresse: str, jeton: str | None, **autres: Any) -> Any:
    corps = {"token": jeton, "client_id": flux.fs.client_id, "client_secret": flux.secret}
    return flux.poster(adresse, corps | autres)


def est_vivant(flux: Flux, jeton: str) -> bool:
    return appeler(flux, "/oidc/introspect", jeton).json()["active"]


@pytest.fixture
def jetons(flux: Flux, autorisation: Autorisation) -> dict[str, str]:
    recus: dict[str, str] = flux.echanger(flux.code(autorisation)).json()
    return recus


def test_live_token_is_described(flux: Flux, jetons: dict[str, str]) -> None:
    reponse = appeler(flux, "/oidc/introspect", jetons["access_token"])
    assert reponse["Cache-Control"] == "no-store"
    recu = reponse.json()
    assert recu["active"] is True
    assert recu["exp"] - recu["iat"] == 60
    assert len(recu.pop("sub")) == 43
    assert {nom: recu[nom] for nom in recu if nom not in ("exp", "iat")} == {
        "active": True,
        "iss": settings.SITE_URL,
        "aud": f"{settings.SITE_URL}/oidc/userinfo",
        "client_id": flux.fs.client_id,
        "scope": "openid profile birth email",
        "token_type": "Bearer",
    }


def test_introspection_uses_nothing_up(flux: Flux, jetons: dict[str, str]) -> None:
    assert est_vivant(flux, jetons["access_token"])
    assert flux.identite(jetons["access_token"]).status_code == 200
    assert not est_vivant(flux, jetons["access_token"])


@pytest.mark.parametrize("jeton", ["inconnu", "x" * 5000, "é"])
def test_unknown_token(flux: Flux, jeton: str) -> None:
    assert appeler(flux, "/oidc/introspect", jeton).json() == {"active": False}
    reponse = appeler(flux, "/oidc/revoke", jeton)
    assert (reponse.status_code, reponse.content) == (200, b"")


def test_mandat_ended_meanwhile(
    flux: Flux, autorisation: Autorisation, jetons: dict[str, str]
) -> None:
    autorisation.mandat.revoquer(par=PLATEFORME)
    assert not est_vivant(flux, jetons["access_token"])


@pytest.mark.parametrize("indice", [None, "access_token", "refresh_token", "autre"])
def test_revoked_token_opens_nothing(
    flux: Flux, jetons: dict[str, str], indice: str | None
) -> None:
    jeton = jetons["access_token"]
    assert appeler(flux, "/oidc/revoke", jeton, token_type_hint=indice).status_code == 200
    assert flux.identite(jeton).status_code == 401
    assert not est_vivant(flux, jeton)
    assert appeler(flux, "/oidc/revoke", jeton).status_code == 200


def test_another_clients_token(
    flux: Flux, flux_franceconnect: Flux, jetons: dict[str, str]
) -> None:
    """Nothing tells that it exists, and nothing happens to it."""
    jeton = jetons["access_token"]
    assert not est_vivant(flux_franceconnect, jeton)
    assert appeler(flux_franceconnect, "/oidc/revoke", jeton).status_code == 200
    assert flux.identite(jeton).status_code == 200


def test_id_token_and_code_are_no_access_tokens(flux: Flux, autorisation: Autorisation) -> None:
    code = flux.code(autorisation)
    assert not est_vivant(flux, code)
    id_token = flux.echanger(code).json()["id_token"]
    assert not est_vivant(flux, id_token)


@chacune
@pytest.mark.parametrize("jeton", [None, ""])
def test_token_is_required(flux: Flux, adresse: str, jeton: str | None) -> None:
    reponse = appeler(flux, adresse, jeton)
    assert (reponse.status_code, reponse.json()["error"]) == (400, "invalid_request")


@chacune
@pytest.mark.parametrize(
    "autres", [{"client_secret": "faux"}, {"client_secret": None}, {"client_id": "inconnu"}]
)
def test_client_must_prove_who_it_is(flux: Flux, adresse: str, autres: dict[str, Any]) -> None:
    reponse = appeler(flux, adresse, "x", **autres)
    assert (reponse.status_code, reponse.json()["error"]) == (401, "invalid_client")


@chacune
def test_suspended(flux: Flux, adresse: str) -> None:
    flux.fs.actif = False
    flux.fs.save()
    assert appeler(flux, adresse, "x").status_code == 401


@chacune
def test_post_only(adresse: str) -> None:
    assert Client().get(adresse, {"token": "x"}).status_code == 405
