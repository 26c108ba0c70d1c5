"""Rows of the contract that no other test shows; `test_lignes_oidc.py` names them all."""

import base64
import json
from typing import Any

import pytest
from django.test import Client
from joserfc import jwt

from fournisseur_identite import cles
from mandats.models import Autorisation
from tests.fournisseur_identite.flux import FORMULAIRE, Flux, corps_encode, retour_de
from usagers.models import Usager

pytestmark = pytest.mark.django_db


def jetons_de(flux: Flux, autorisation: Autorisation, **autres: Any) -> dict[str, str]:
    return dict(flux.echanger(flux.code(autorisation, **autres)).json())


# --- Userinfo -------------------------------------------------------------------------------------


@pytest.mark.parametrize("schema", ["Bearer", "bearer", "BEARER"])
@pytest.mark.parametrize("methode", ["get", "post"])
def test_userinfo_by_header(
    flux: Flux, autorisation: Autorisation, methode: str, schema: str
) -> None:
    en_tete = {"Authorization": f"{schema} {jetons_de(flux, autorisation)['access_token']}"}
    assert getattr(Client(), methode)("/oidc/userinfo", headers=en_tete).status_code == 200


def test_token_in_a_body_or_in_an_address_is_no_token(
    flux: Flux, autorisation: Autorisation
) -> None:
    jeton = {"access_token": jetons_de(flux, autorisation)["access_token"]}
    corps = Client().post("/oidc/userinfo", corps_encode(jeton), content_type=FORMULAIRE)
    assert corps.status_code == 401
    assert Client().get("/oidc/userinfo", jeton).status_code == 401
    assert flux.identite(jeton["access_token"]).status_code == 200


PROFIL = {"given_name", "family_name", "gender", "birthdate"}


@pytest.mark.parametrize(
    ("scope", "attendus"),
    [
        ("openid", set()),
        ("openid profile", PROFIL),
        ("openid email", {"email"}),
        ("openid birth", {"birthplace", "birthcountry"}),
        ("openid given_name", {"given_name"}),
        ("openid address", set()),
        ("openid phone", set()),
        ("email profile openid birth phone address",
         PROFIL | {"email", "birthplace", "birthcountry"}),
    ],
)  # fmt: skip
def test_claims_by_scope(
    flux: Flux, autorisation: Autorisation, scope: str, attendus: set[str]
) -> None:
    jeton = jetons_de(flux, autorisation, scope=scope)["access_token"]
    assert set(flux.identite(jeton).json()) == attendus | {"sub"}


@pytest.mark.parametrize(
    "champs",
    [
        {"date_naissance": "1962-00-00"},
        {"date_naissance": "1962-05-00"},
        {"lieu_naissance": "", "pays_naissance": "99217"},
        {"lieu_naissance": "2A004"},
        {"lieu_naissance": "97601"},
        {"lieu_naissance": "98511"},
        {"nom": "L’HÉRITIER D'ÅŚT-Ñandú", "prenoms": "Zoë Anne-Marie Nguyễn"},
        {"sexe": "unspecified"},
    ],
    ids=str,
)
def test_identities_arrive_letter_for_letter(
    flux: Flux, autorisation: Autorisation, champs: dict[str, str]
) -> None:
    Usager.objects.filter(pk=autorisation.mandat.usager_id).update(**champs)
    recu = flux.identite(jetons_de(flux, autorisation)["access_token"]).json()
    noms = {
        "date_naissance": "birthdate", "lieu_naissance": "birthplace",
        "pays_naissance": "birthcountry", "nom": "family_name", "prenoms": "given_name",
        "sexe": "gender",
    }  # fmt: skip
    assert {champ: recu[noms[champ]] for champ in champs} == champs


def test_longest_names_arrive_whole(flux: Flux, autorisation: Autorisation) -> None:
    long = "é" * (Usager._meta.get_field("nom").max_length or 256)
    Usager.objects.filter(pk=autorisation.mandat.usager_id).update(nom=long)
    recu = flux.identite(jetons_de(flux, autorisation)["access_token"]).json()
    assert recu["family_name"] == long


# --- Tokens ---------------------------------------------------------------------------------------


def test_without_nonce_nor_state(flux: Flux, autorisation: Autorisation) -> None:
    retour = retour_de(flux.confirmer(autorisation, nonce=None, state=None))
    assert set(retour) == {"code", "iss"}
    id_token = flux.echanger(retour["code"]).json()["id_token"]
    assert "nonce" not in jwt.decode(id_token, cles.active(), algorithms=["ES256"]).claims


@pytest.mark.parametrize("longueur", [64, 512])
def test_long_nonce_and_state_come_back(
    flux: Flux, autorisation: Autorisation, longueur: int
) -> None:
    flux.state, flux.nonce = "s" * longueur, "n" * longueur
    id_token = jetons_de(flux, autorisation)["id_token"]
    claims = jwt.decode(id_token, cles.active(), algorithms=["ES256"]).claims
    assert claims["nonce"] == flux.nonce


def test_id_token_never_waits_and_names_one_audience(
    flux: Flux, autorisation: Autorisation
) -> None:
    jetons = jetons_de(flux, autorisation)
    claims = jwt.decode(jetons["id_token"], cles.active(), algorithms=["ES256"]).claims
    assert {"nbf", "azp"}.isdisjoint(claims)
    assert isinstance(claims["aud"], str)
    assert "refresh_token" not in jetons


def test_codes_have_entropy(flux: Flux, autorisation: Autorisation) -> None:
    codes = {flux.code(autorisation, nonce=str(n)) for n in range(5)}
    assert len(codes) == 5
    assert min(map(len, codes)) >= 43


def test_verifier_without_challenge_is_refused(
    flux_franceconnect: Flux, autorisation: Autorisation
) -> None:
    """A downgrade: somebody took the challenge out of the request (RFC 9700, 4.8.2)."""
    sans = {"code_challenge": None, "code_challenge_method": None}
    code = flux_franceconnect.code(autorisation, **sans)
    assert flux_franceconnect.echanger(code).status_code == 400


@pytest.mark.parametrize("grant", ["password", "refresh_token", "client_credentials", "implicit"])
def test_no_other_grant(flux: Flux, grant: str) -> None:
    reponse = flux.echanger("x", grant_type=grant)
    assert reponse.json()["error"] == "unsupported_grant_type"


def test_one_way_of_authentication(flux: Flux) -> None:
    paire = base64.b64encode(f"{flux.fs.client_id}:{flux.secret}".encode()).decode()
    corps = {"grant_type": "authorization_code", "code": "x", "client_secret": flux.secret}
    reponse = flux.poster("/oidc/token", corps, Authorization=f"Basic {paire}")
    assert (reponse.status_code, reponse.json()["error"]) == (400, "invalid_request")


def test_essential_claim_of_userinfo(flux: Flux, autorisation: Autorisation) -> None:
    claims = json.dumps({"userinfo": {"given_name": {"essential": True}}})
    jeton = jetons_de(flux, autorisation, scope="openid", claims=claims)["access_token"]
    assert set(flux.identite(jeton).json()) == {"sub", "given_name"}


def test_identity_claims_stay_out_of_the_id_token(flux: Flux, autorisation: Autorisation) -> None:
    claims = json.dumps({"id_token": {"given_name": {"essential": True}, "email": None}})
    id_token = jetons_de(flux, autorisation, claims=claims)["id_token"]
    lus = jwt.decode(id_token, cles.active(), algorithms=["ES256"]).claims
    assert {"given_name", "email"}.isdisjoint(lus)


# --- Pages ----------------------------------------------------------------------------------------


def test_no_page_can_be_framed(flux: Flux, autorisation: Autorisation) -> None:
    choix = flux.demander()["Location"]
    pages = (choix, f"{choix}autorisations/{autorisation.pk}/", "/oidc/logout", "/oidc/authorize")
    for page in pages:
        reponse = flux.client.get(page)
        assert reponse["X-Frame-Options"] == "DENY", page
        assert "frame-ancestors 'none'" in reponse["Content-Security-Policy"]
        assert reponse["Referrer-Policy"] in ("same-origin", "no-referrer")


def test_large_body_is_refused(flux: Flux) -> None:
    reponse = flux.echanger("x" * 20_000)
    assert (reponse.status_code, reponse.json()["error"]) == (400, "invalid_request")
