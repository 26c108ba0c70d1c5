"""The two sites from end to end, in front of a fake product."""

import json

import pytest

from tests.demo.faux_produit import FauxProduit
from tests.demo.navigateur import Navigateur, params_de


def test_housing_site_receives_an_identity(navigateur: Navigateur, produit: FauxProduit) -> None:
    page = navigateur.suivre("/logement/connexion/")
    assert "Personne connectée : Hélène" in page.text
    recu = navigateur.recu("logement")
    assert recu["connecte"]
    assert recu["userinfo"] == produit.reglages.identite
    assert recu["id_token"]["rep_scope"] == ["Social-Santé", "Logement"]


def test_housing_site_sends_pkce_and_basic(navigateur: Navigateur, produit: FauxProduit) -> None:
    navigateur.suivre("/logement/connexion/")
    assert produit.demandes[-1]["code_challenge_method"] == "S256"
    assert produit.demandes[-1]["scope"] == "openid profile birth email"
    assert produit.echanges[-1]["Authorization"].startswith("Basic ")
    assert "client_secret" not in produit.echanges[-1]


def test_health_site_asks_as_franceconnect_does(
    navigateur: Navigateur, produit: FauxProduit
) -> None:
    demande = params_de(navigateur.client.get("/sante/connexion/"))
    perimetres = {"essential": True, "values": ["Social-Santé", "Famille-Scolarité"]}
    assert json.loads(demande.pop("claims")) == {"id_token": {"rep_scope": perimetres}}
    assert len(demande.pop("state")) == len(demande.pop("nonce")) == 32
    assert demande.pop("redirect_uri").endswith("/sante/oidc-callback")
    assert demande == {
        "client_id": "fc-chez-nous",
        "response_type": "code",
        "scope": "openid profile email birth",
        "acr_values": "eidas1",
        "prompt": "login",
    }


@pytest.mark.parametrize("signe", [True, False])
def test_health_site_receives_an_identity(
    navigateur: Navigateur, produit: FauxProduit, signe: bool
) -> None:
    produit.reglages.userinfo_signe = signe
    navigateur.suivre("/sante/connexion/")
    assert navigateur.recu("sante")["connecte"]
    assert produit.echanges[-1]["client_secret"] == "secret-fc"
    assert not produit.echanges[-1]["Authorization"]


def test_health_site_wants_its_perimeter(navigateur: Navigateur, produit: FauxProduit) -> None:
    produit.reglages.jeton = {"rep_scope": ["Logement"]}
    assert "Y600020" in navigateur.suivre("/sante/connexion/").text
    assert not navigateur.recu("sante")["connecte"]


def test_health_site_wants_a_conform_identity(navigateur: Navigateur, produit: FauxProduit) -> None:
    produit.reglages.identite["birthplace"] = "None"
    assert "birthplace" in navigateur.suivre("/sante/connexion/").text


@pytest.mark.parametrize("site", ["logement", "sante"])
def test_errors_of_the_product_are_shown(
    navigateur: Navigateur, produit: FauxProduit, site: str
) -> None:
    produit.reglages.reponse = {"error": "access_denied", "error_description": "mandat revoked"}
    page = navigateur.suivre(f"/{site}/connexion/").text
    assert "access_denied" in page
    assert "mandat revoked" in page
    assert navigateur.recu(site)["erreur"]["error"] == "access_denied"


@pytest.mark.parametrize("site", ["logement", "sante"])
def test_a_state_of_another_browser_is_refused(
    navigateur: Navigateur, produit: FauxProduit, site: str
) -> None:
    produit.reglages.reponse = {"code": "c", "state": "d'un autre"}
    navigateur.suivre(f"/{site}/connexion/")
    assert navigateur.recu(site)["erreur"]["code"] == "Y020022"


@pytest.mark.parametrize("site", ["logement", "sante"])
def test_logging_out_forgets_and_tells_the_product(
    navigateur: Navigateur, produit: FauxProduit, site: str
) -> None:
    navigateur.suivre(f"/{site}/connexion/")
    assert "a confirmé" in navigateur.deconnecter(site).text
    assert not navigateur.recu(site)["connecte"]
