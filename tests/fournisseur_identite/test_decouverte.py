"""Discovery and keys: static, cacheable, readable from anywhere, and true to what is served."""

import base64
import hashlib
import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from joserfc import jwt

from fournisseur_identite import cles
from fournisseur_identite.models import FournisseurService
from mandats.models import Autorisation
from tests.fournisseur_identite.flux import Flux, retour_de

DOCUMENTS = ("/.well-known/openid-configuration", "/oidc/jwks")
chaque_document = pytest.mark.parametrize("adresse", DOCUMENTS)


pytestmark = pytest.mark.django_db


def lire(adresse: str) -> dict[str, Any]:
    document: dict[str, Any] = Client().get(adresse).json()
    return document


@chaque_document
def test_no_sql(adresse: str) -> None:
    Client().get(adresse)
    with CaptureQueriesContext(connection) as requetes:
        assert Client().get(adresse).status_code == 200
    assert requetes.captured_queries == []


@pytest.mark.parametrize("adresse", [*DOCUMENTS, "/oidc/token", "/oidc/userinfo"])
def test_session_of_a_browser_is_not_read(client_aidant: Client, adresse: str) -> None:
    cles.publiees()
    with CaptureQueriesContext(connection) as requetes:
        client_aidant.get(adresse)
    assert requetes.captured_queries == []


@chaque_document
def test_not_sent_again_to_who_has_it(adresse: str) -> None:
    etag = Client().get(adresse)["ETag"]
    reponse = Client().get(adresse, headers={"If-None-Match": etag})
    assert (reponse.status_code, reponse.content) == (304, b"")
    assert reponse["ETag"] == etag
    assert reponse["Cache-Control"] == "public, max-age=300"
    assert Client().get(adresse, headers={"If-None-Match": '"autre"'}).status_code == 200


@chaque_document
def test_headers(adresse: str) -> None:
    """Any site's script may read them, any cache may keep them five minutes."""
    reponse = Client().get(adresse, headers={"Origin": "https://ailleurs.example.org"})
    assert reponse["Content-Type"] == "application/json"
    assert reponse["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in reponse
    assert reponse["Cache-Control"] == "public, max-age=300"
    assert "Vary" not in reponse or "cookie" not in reponse["Vary"].lower()


@chaque_document
def test_same_bytes_each_time(adresse: str) -> None:
    assert Client().get(adresse).content == Client().get(adresse).content


@chaque_document
def test_reading_only(adresse: str) -> None:
    assert Client().head(adresse).status_code == 200
    assert Client().post(adresse).status_code == 405


@pytest.mark.parametrize("adresse", ["/oidc/token", "/oidc/userinfo", "/oidc/authorize"])
def test_nothing_else_is_open_to_other_origins(adresse: str) -> None:
    reponse = Client().get(adresse, headers={"Origin": "https://ailleurs.example.org"})
    assert "Access-Control-Allow-Origin" not in reponse
    assert reponse["Cache-Control"] == "no-store"


# --- What discovery says is what is served ---


def test_issuer_is_the_site_itself() -> None:
    issuer = lire(DOCUMENTS[0])["issuer"]
    assert issuer == settings.SITE_URL
    assert not issuer.endswith("/")


def test_issuer_is_one_string_everywhere(flux: Flux, autorisation: Autorisation) -> None:
    issuer = lire(DOCUMENTS[0])["issuer"]
    retour = retour_de(flux.confirmer(autorisation))
    id_token = flux.echanger(retour["code"]).json()["id_token"]
    assert retour["iss"] == issuer
    assert jwt.decode(id_token, cles.active(), algorithms=["ES256"]).claims["iss"] == issuer


def test_every_endpoint_is_ours() -> None:
    document = lire(DOCUMENTS[0])
    adresses = {n: v for n, v in document.items() if n.endswith(("_endpoint", "_uri"))}
    assert {n: resolve(urlsplit(v).path).url_name for n, v in adresses.items()} == {
        "authorization_endpoint": "oidc_authorize",
        "token_endpoint": "oidc_token",
        "userinfo_endpoint": "oidc_userinfo",
        "jwks_uri": "oidc_jwks",
        "end_session_endpoint": "oidc_logout",
        "pushed_authorization_request_endpoint": "oidc_par",
        "revocation_endpoint": "oidc_revoke",
        "introspection_endpoint": "oidc_introspect",
    }
    assert all(v.startswith(f"{document['issuer']}/") for v in adresses.values())


def test_nothing_is_promised_that_is_not_kept() -> None:
    document = lire(DOCUMENTS[0])
    assert set(document["scopes_supported"]) <= set(FournisseurService.SCOPES)
    assert document["response_types_supported"] == ["code"]
    assert document["grant_types_supported"] == ["authorization_code"]
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert document["id_token_signing_alg_values_supported"] == ["ES256", "RS256", "HS256"]
    assert document["userinfo_signing_alg_values_supported"] == ["ES256", "RS256"]
    assert document["response_modes_supported"] == ["query", "form_post"]
    assert document["token_endpoint_auth_methods_supported"] == [
        "client_secret_basic", "client_secret_post", "private_key_jwt",
    ]  # fmt: skip
    assert document["authorization_response_iss_parameter_supported"] is True
    assert document["request_parameter_supported"] is False
    assert document["request_uri_parameter_supported"] is False
    assert "registration_endpoint" not in document


def test_every_claim_that_is_handed_out_is_announced(
    flux: Flux, autorisation: Autorisation
) -> None:
    jetons = flux.echanger(flux.code(autorisation)).json()
    recus = flux.identite(jetons["access_token"]).json()
    assert set(recus) <= set(lire(DOCUMENTS[0])["claims_supported"])


# --- The keys ---


PUBLIQUES = {
    "ES256": {"kty": "EC", "crv": "P-256", "x": ..., "y": ...},
    "RS256": {"kty": "RSA", "n": ..., "e": "AQAB"},
}


def test_two_keys_of_each_algorithm_and_their_public_part_alone() -> None:
    """The one that signs and the one that will."""
    cles_publiees = lire("/oidc/jwks")["keys"]
    assert sorted(cle["alg"] for cle in cles_publiees) == ["ES256", "ES256", "RS256", "RS256"]
    for cle in cles_publiees:
        attendus = PUBLIQUES[cle["alg"]] | {"use": "sig", "kid": ..., "alg": cle["alg"]}
        assert set(cle) == set(attendus)
        assert all(cle[nom] == v for nom, v in attendus.items() if v is not ...)


def test_kid_is_the_thumbprint() -> None:
    """RFC 7638, section 3: SHA-256 of the required members, in order, without spaces."""
    for cle in lire("/oidc/jwks")["keys"]:
        requis = ("crv", "kty", "x", "y") if cle["kty"] == "EC" else ("e", "kty", "n")
        membres = {nom: cle[nom] for nom in requis}
        condense = hashlib.sha256(json.dumps(membres, separators=(",", ":")).encode()).digest()
        assert cle["kid"] == base64.urlsafe_b64encode(condense).rstrip(b"=").decode()


def test_tokens_name_the_published_key(flux: Flux, autorisation: Autorisation) -> None:
    id_token = flux.echanger(flux.code(autorisation)).json()["id_token"]
    entete = json.loads(base64.urlsafe_b64decode(id_token.split(".")[0] + "=="))
    assert entete == {"alg": "ES256", "kid": cles.active().kid, "typ": "JWT"}
    assert entete["kid"] in {cle["kid"] for cle in lire("/oidc/jwks")["keys"]}
