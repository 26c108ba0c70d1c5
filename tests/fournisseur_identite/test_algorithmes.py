"""What signs for each client: ES256, RS256, or its own secret for FranceConnect of old."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.test import Client
from joserfc import jwt
from joserfc.errors import BadSignatureError
from joserfc.jwk import KeySet, OctKey

from fournisseur_identite.models import Connexion, FournisseurService
from mandats.models import Autorisation
from tests.fournisseur_identite.flux import Flux

pytestmark = pytest.mark.django_db
SANS_PKCE = {"code_challenge": None, "code_challenge_method": None}


def publiees() -> KeySet:
    return KeySet.import_key_set(Client().get("/oidc/jwks").json())


def regler(flux: Flux, **champs: Any) -> Flux:
    for nom, valeur in champs.items():
        setattr(flux.fs, nom, valeur)
    flux.fs.save()
    return flux


@pytest.mark.parametrize("alg", ["ES256", "RS256"])
def test_id_token(flux: Flux, autorisation: Autorisation, alg: str) -> None:
    regler(flux, id_token_alg=alg)
    id_token = flux.echanger(flux.code(autorisation)).json()["id_token"]
    lu = jwt.decode(id_token, publiees(), algorithms=[alg])
    assert lu.header["alg"] == alg
    assert lu.header["kid"]
    assert len(lu.claims["at_hash"]) == 22


@pytest.mark.parametrize("alg", ["ES256", "RS256"])
def test_userinfo(flux: Flux, autorisation: Autorisation, alg: str) -> None:
    regler(flux, userinfo_signe=True, userinfo_alg=alg)
    jeton = flux.echanger(flux.code(autorisation)).json()["access_token"]
    reponse = flux.identite(jeton)
    assert reponse["Content-Type"] == "application/jwt"
    assert jwt.decode(reponse.content, publiees(), algorithms=[alg]).claims["given_name"]


@pytest.fixture
def ancien(flux_franceconnect: Flux) -> Flux:
    return regler(flux_franceconnect, id_token_alg="HS256")


def jetons_de(flux: Flux, autorisation: Autorisation) -> dict[str, str]:
    code = flux.code(autorisation, **SANS_PKCE)
    return dict(flux.echanger(code, code_verifier=None).json())


def test_secret_signs_for_franceconnect(ancien: Flux, autorisation: Autorisation) -> None:
    """The secret is in the request: it signs, and is kept as a digest all the same."""
    id_token = jetons_de(ancien, autorisation)["id_token"]
    lu = jwt.decode(id_token, OctKey.import_key(ancien.secret), algorithms=["HS256"])
    assert lu.header == {"alg": "HS256", "typ": "JWT"}
    assert lu.claims["aud"] == ancien.fs.client_id
    assert ancien.secret not in str(FournisseurService.objects.values())
    with pytest.raises(BadSignatureError):
        jwt.decode(id_token, OctKey.import_key("autre" * 8), algorithms=["HS256"])


def test_logout_knows_its_hint(ancien: Flux, autorisation: Autorisation) -> None:
    id_token = jetons_de(ancien, autorisation)["id_token"]
    sortie = {
        "id_token_hint": id_token,
        "post_logout_redirect_uri": "https://fs.example.org/sortie",
        "state": "s" * 32,
        "client_id": ancien.fs.client_id,
    }
    reponse = ancien.client.get("/oidc/logout", sortie)
    assert reponse["Location"] == f"https://fs.example.org/sortie?state={'s' * 32}"
    assert Connexion.objects.get().fermee_le


@pytest.mark.parametrize(
    "champs",
    [
        {"politique": "partenaire"},
        {"authentification": "private_key_jwt", "jwks": {"keys": []}},
        {"logout_uri": "https://fs.example.org/fin"},
    ],
)
def test_hs256_is_for_franceconnect_and_its_secret_alone(
    ancien: Flux, champs: dict[str, Any]
) -> None:
    for nom, valeur in champs.items():
        setattr(ancien.fs, nom, valeur)
    with pytest.raises(ValidationError, match="HS256"):
        ancien.fs.full_clean()
    with pytest.raises(IntegrityError):
        ancien.fs.save()
