"""`act` (RFC 8693, 4.1): who acts, for the FSs that are registered to see it, and for no other."""

import json

import pytest
from joserfc import jwt

from fournisseur_identite import cles
from fournisseur_identite.identite import sub, sub_aidant
from mandats.models import Autorisation
from tests.factories import FournisseurServiceFactory
from tests.fournisseur_identite.flux import Flux

pytestmark = pytest.mark.django_db


def test_seen_by_a_service_that_is_registered_so(flux: Flux, autorisation: Autorisation) -> None:
    flux.fs.voit_l_aidant = True
    flux.fs.save()
    jetons = flux.echanger(flux.code(autorisation)).json()
    aidant = autorisation.mandat.aidant
    claims = jwt.decode(jetons["id_token"], cles.active(), algorithms=["ES256"]).claims
    assert claims["act"] == {"sub": sub_aidant(flux.fs, aidant)}
    recu = flux.identite(jetons["access_token"]).json()
    assert recu["act"] == {
        "sub": claims["act"]["sub"],
        "given_name": aidant.prenom,
        "family_name": aidant.nom,
        "organization_name": autorisation.mandat.structure.nom,
    }
    assert recu["sub"] == claims["sub"] != claims["act"]["sub"]


def test_no_other_learns_who_acts(flux: Flux, autorisation: Autorisation) -> None:
    claims = json.dumps({"id_token": {"act": None}, "userinfo": {"act": {"essential": True}}})
    jetons = flux.echanger(flux.code(autorisation, claims=claims)).json()
    assert "act" not in jwt.decode(jetons["id_token"], cles.active(), algorithms=["ES256"]).claims
    assert "act" not in flux.identite(jetons["access_token"]).json()


def test_pairwise_and_apart_from_the_usagers(autorisation: Autorisation) -> None:
    ici, ailleurs = FournisseurServiceFactory(), FournisseurServiceFactory(secteur="autre.example")
    aidant = autorisation.mandat.aidant
    assert sub_aidant(ici, aidant) != sub_aidant(ailleurs, aidant)
    assert sub_aidant(ici, aidant) not in (sub(ici, autorisation.mandat.usager), str(aidant.pk))


# --- Claims asked one by one (OpenID Connect Core, 5.5) ---


def test_userinfo_claims_beyond_the_scope(flux: Flux, autorisation: Autorisation) -> None:
    claims = json.dumps({"userinfo": {"email": {"essential": True}, "inconnu": None}})
    code = flux.code(autorisation, scope="openid", claims=claims)
    recu = flux.identite(flux.echanger(code).json()["access_token"]).json()
    assert set(recu) == {"sub", "email"}


def test_perimeter_in_userinfo(flux: Flux, autorisation: Autorisation) -> None:
    claims = json.dumps({"userinfo": {"rep_scope": {"values": ["logement"]}}})
    jetons = flux.echanger(flux.code(autorisation, claims=claims)).json()
    assert flux.identite(jetons["access_token"]).json()["rep_scope"] == ["logement"]
    id_token = jwt.decode(jetons["id_token"], cles.active(), algorithms=["ES256"])
    assert "rep_scope" not in id_token.claims
