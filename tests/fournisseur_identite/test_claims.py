"""The `claims` parameter: `rep_scope` narrows the démarches; nothing in it breaks the exchange."""

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client
from joserfc import jwt
from joserfc.jwk import KeySet

from fournisseur_identite.models import DemandeAutorisation
from mandats.models import Autorisation
from tests.fournisseur_identite.flux import Flux, retour_de

pytestmark = pytest.mark.django_db


def rep_scope(valeurs: object) -> str:
    return json.dumps({"id_token": {"rep_scope": {"essential": True, "values": valeurs}}})


def jeton(flux: Flux, autorisation: Autorisation, claims: str | None) -> dict[str, Any]:
    """The id_token's claims after the whole exchange."""
    sans = {"code_challenge": None, "code_challenge_method": None, "claims": claims}
    reponse = flux.echanger(flux.code(autorisation, **sans), code_verifier=None)
    assert reponse.status_code == 200, reponse.content
    cles = KeySet.import_key_set(Client().get("/oidc/jwks").json())
    return dict(jwt.decode(reponse.json()["id_token"], cles, algorithms=["ES256"]).claims)


def erreur(reponse: Any) -> str:
    retour = retour_de(reponse)
    assert not DemandeAutorisation.objects.exists()
    return retour["error"]


@pytest.mark.parametrize(
    "valeurs", [["Logement"], ["logement"], ["Justice", "Logement", "Inconnu"]]
)
def test_known_perimeter_narrows_the_request(flux_franceconnect: Flux, valeurs: list[str]) -> None:
    flux_franceconnect.demander(claims=rep_scope(valeurs))
    demarches = DemandeAutorisation.objects.get().demarches
    assert "logement" in demarches
    assert set(demarches) <= {"logement", "justice"}


@pytest.mark.parametrize("claims", [None, "{}", rep_scope([]), '{"id_token":{"rep_scope":null}}'])
def test_without_perimeters_the_clients_own_are_open(
    flux_franceconnect: Flux, claims: str | None
) -> None:
    flux_franceconnect.demander(claims=claims)
    assert len(DemandeAutorisation.objects.get().demarches) == 10


def test_perimeter_never_widens_the_clients_own(flux: Flux) -> None:
    flux.demander(claims=rep_scope(["Logement", "Social-Santé"]))
    assert DemandeAutorisation.objects.get().demarches == ["logement"]


@pytest.mark.parametrize("valeurs", [["Social-Santé"], ["social"], ["Inconnu"], [""], [1, None]])
def test_no_known_perimeter_is_an_error(flux: Flux, valeurs: list[Any]) -> None:
    assert erreur(flux.demander(claims=rep_scope(valeurs))) == "invalid_request"


@pytest.mark.parametrize(
    ("valeurs", "attendu"),
    [
        (["Logement"], ["Logement"]),
        (["logement"], ["logement"]),
        (["Social-Santé", "Logement"], ["Logement"]),
        ([], ["Logement"]),
    ],
)
def test_id_token_names_the_perimeter_in_the_words_of_the_request(
    flux_franceconnect: Flux, autorisation: Autorisation, valeurs: list[str], attendu: list[str]
) -> None:
    recu = jeton(flux_franceconnect, autorisation, rep_scope(valeurs))
    assert recu["rep_scope"] == attendu


def test_perimeter_only_where_asked(flux_franceconnect: Flux, autorisation: Autorisation) -> None:
    assert "rep_scope" not in jeton(flux_franceconnect, autorisation, None)
    seulement = json.dumps({"userinfo": {"given_name": {"essential": True}}})
    flux_franceconnect.nonce += "2"
    assert "rep_scope" not in jeton(flux_franceconnect, autorisation, seulement)


def test_other_perimeter_than_the_one_asked_cannot_be_used(
    flux_franceconnect: Flux, autorisation: Autorisation
) -> None:
    reponse = flux_franceconnect.confirmer(autorisation, claims=rep_scope(["Social-Santé"]))
    assert reponse.status_code == 409
    assert "Location" not in reponse


@pytest.mark.parametrize(
    "claims",
    [
        '{"id_token":{"rep_scope":{"essential":true}}}',
        '{"id_token":{"rep_scope":{"values":null}}}',
        '{"id_token":{"sub":null,"inconnu":{"value":1}},"userinfo":{"email":null}}',
        '{"id_token":{"acr":{"essential":true,"values":["eidas1","eidas2"]}}}',
        '{"id_token":{"acr":{"values":["eidas2"]}}}',
        '{"id_token":{"acr":null}}',
        '{"_commentaire":"members not understood are ignored"}',
    ],
)
def test_what_is_not_understood_is_ignored(
    flux_franceconnect: Flux, autorisation: Autorisation, claims: str
) -> None:
    """OpenID Connect Core, section 5.5: the exchange goes on to its end."""
    assert jeton(flux_franceconnect, autorisation, claims)["acr"] == "eidas1"


@pytest.mark.parametrize(
    "claims",
    [
        "", "null", "[]", '"x"', "1", "{", "pas du JSON", '{"id_token":[]}', '{"id_token":"x"}',
        '{"userinfo":1}', '{"id_token":{"rep_scope":"Logement"}}',
        '{"id_token":{"rep_scope":["Logement"]}}', '{"id_token":{"rep_scope":true}}',
        '{"id_token":{"rep_scope":{"values":"Logement"}}}',
        '{"id_token":{"rep_scope":{"values":{"a":1}}}}',
        '{"id_token":{"rep_scope":{"values":[["Logement"]]}}}',
        '{"a":' * 200 + "1" + "}" * 200, "[" * 2000,
        '{"id_token":{"x":' + "[" * 900 + "]" * 900 + "}}",
        '{"id_token":{"x":"\\u0000"}}', '{"id_token":{"\\u0000":1}}',
        '{"id_token":{"x":"\\ud800"}}', '{"id_token":{"x":NaN}}', '{"id_token":{"x":1e999}}',
        '{"id_token":{"x":-Infinity}}', '{"id_token":{"x":' + "9" * 1900 + "e9}}",
        json.dumps({"id_token": {"x": "y" * 2048}}),
    ],
)  # fmt: skip
def test_what_is_not_an_object_of_claims_is_an_error(flux: Flux, claims: str) -> None:
    assert erreur(flux.demander(claims=claims)) == "invalid_request"


@pytest.mark.parametrize("acr", [{"values": ["eidas2", "eidas3"]}, {"value": "eidas3"}])
def test_essential_level_that_we_do_not_offer(flux: Flux, acr: dict[str, Any]) -> None:
    """OpenID Connect Core, section 5.5.1.1: a failed authentication, never a lower level."""
    claims = json.dumps({"id_token": {"acr": {"essential": True, **acr}}})
    assert erreur(flux.demander(claims=claims)) == "unmet_authentication_requirements"


def test_error_keeps_the_state(flux: Flux) -> None:
    paires = parse_qsl(urlsplit(flux.demander(claims="{")["Location"]).query)
    assert dict(paires)["state"] == flux.state
