"""FranceConnect's own client library against the real product, over real HTTP.

openid-client 5.7.0 is what FranceConnect runs: what it accepts here, FranceConnect accepts.
"""

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from tests.clients.conftest import CAS, Cas
from tests.poste import Poste
from tests.serveurs import PATIENCE, POUR_UNE_REPONSE, Demo

ICI = Path(__file__).parent
PERIMETRE = "Social-Santé"


@dataclass
class FranceConnect:
    """FranceConnect, as core-fcp would drive its library; each order is a process of its own."""

    demo: Demo
    perimetres: tuple[str, ...] = (PERIMETRE,)
    userinfo: str = ""

    def ordonner(self, action: str, **ordre: Any) -> dict[str, Any]:
        client = self.demo.description["services"]["franceconnect"]
        communs = {
            "action": action,
            "issuer": self.demo.produit,
            "redirect_uri": f"{self.demo.monde}/sante/oidc-callback",
            "post_logout_redirect_uri": f"{self.demo.monde}/sante/logout-callback",
            "userinfo_signed_response_alg": self.userinfo,
            "perimeters": self.perimetres,
        }
        fini = subprocess.run(
            ["node", "franceconnect.cjs"],
            input=json.dumps(client | communs | ordre),
            cwd=ICI, capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
        assert fini.returncode == 0, fini.stderr
        return dict(json.loads(fini.stdout))

    def envoyer(self, poste: Poste, nom: str) -> tuple[dict[str, Any], str]:
        """Send the aidant to the product; return the request, and where the browser comes back."""
        demande = self.ordonner("authorize")
        return demande, poste.confirmer(demande["url"], nom)

    def recevoir(self, demande: dict[str, Any], retour: str, **autres: Any) -> dict[str, Any]:
        ordre: dict[str, Any] = {
            "url": retour,
            "state": demande["state"],
            "nonce": demande["nonce"],
        }
        return self.ordonner("callback", **(ordre | autres))

    def identifier(self, poste: Poste, nom: str) -> dict[str, Any]:
        recu = self.recevoir(*self.envoyer(poste, nom))
        assert "error" not in recu, recu
        return recu


@pytest.fixture
def fc(demo: Demo) -> FranceConnect:
    return FranceConnect(demo)


@pytest.mark.parametrize("cas", CAS, ids=lambda cas: cas.identite)
def test_identity_passes_franceconnects_rules(
    fc: FranceConnect, postes: dict[str, Poste], cas: Cas
) -> None:
    recu = fc.identifier(postes[cas.aidant], cas.nom)
    assert recu["faults"] == []
    assert recu["claims"]["acr"] == "eidas1"
    assert recu["claims"]["rep_scope"] == [PERIMETRE]
    assert recu["claims"]["aud"] == "demo-franceconnect"
    assert recu["identity"]["sub"] == recu["claims"]["sub"]
    assert recu["identity"].items() >= cas.attendu.items()


def test_request_is_franceconnects_own(fc: FranceConnect, demo: Demo) -> None:
    """The request that these tests stand on is the one of the contract, and no other."""
    demande = fc.ordonner("authorize")
    assert demande["url"].startswith(f"{demo.produit}/oidc/authorize?")
    envoye = {nom: v[0] for nom, v in parse_qs(urlsplit(demande["url"]).query).items()}
    assert json.loads(envoye.pop("claims")) == {
        "id_token": {"rep_scope": {"essential": True, "values": [PERIMETRE]}}
    }
    assert {len(envoye["state"]), len(envoye["nonce"])} == {32}
    assert envoye == {
        "client_id": "demo-franceconnect",
        "scope": "openid profile email birth",
        "response_type": "code",
        "redirect_uri": f"{demo.monde}/sante/oidc-callback",
        "acr_values": "eidas1",
        "prompt": "login",
        "state": demande["state"],
        "nonce": demande["nonce"],
    }


def test_answer_echoes_state_and_names_its_issuer(
    fc: FranceConnect, postes: dict[str, Poste], demo: Demo
) -> None:
    demande, retour = fc.envoyer(postes["Louise"], "HÉRITIER")
    recu = {nom: v[0] for nom, v in parse_qs(urlsplit(retour).query).items()}
    assert set(recu) == {"code", "state", "iss"}
    assert recu["state"] == demande["state"]
    assert recu["iss"] == demo.produit


def test_tokens_live_a_minute(fc: FranceConnect, postes: dict[str, Poste]) -> None:
    recu = fc.identifier(postes["Louise"], "HÉRITIER")
    assert recu["claims"]["exp"] - recu["claims"]["iat"] == 60
    assert recu["claims"]["exp"] > time.time()
    assert "nbf" not in recu["claims"]
    assert recu["token"]["token_type"] == "Bearer"
    assert "refresh_token" not in recu["token"]


def test_subject_is_the_same_at_each_visit(fc: FranceConnect, postes: dict[str, Poste]) -> None:
    subs = {fc.identifier(postes["Louise"], "HÉRITIER")["claims"]["sub"] for _ in range(2)}
    assert len(subs) == 1


def test_signed_userinfo(fc: FranceConnect, postes: dict[str, Poste], demo: Demo) -> None:
    """FranceConnect with `userinfo_signed_response_alg` insists on a JWT, and checks it."""
    with _userinfo_signe(demo):
        fc.userinfo = "ES256"
        recu = fc.identifier(postes["Karim"], "DIAYE")
    assert recu["faults"] == []
    assert recu["identity"]["iss"] == demo.produit
    assert recu["identity"]["aud"] == "demo-franceconnect"


@contextmanager
def _userinfo_signe(demo: Demo) -> Iterator[None]:
    regler = (
        "UPDATE fournisseur_identite_fournisseurservice SET userinfo_signe = %s "
        "WHERE client_id = 'demo-franceconnect' RETURNING id"
    )
    demo.sql(regler, True)
    try:
        yield
    finally:
        demo.sql(regler, False)


def test_code_serves_once_and_its_replay_kills_the_token(
    fc: FranceConnect, postes: dict[str, Poste], demo: Demo
) -> None:
    aller_retour = fc.envoyer(postes["Louise"], "HÉRITIER")
    recu = fc.recevoir(*aller_retour, without_userinfo=True)
    rejeu = fc.recevoir(*aller_retour)
    assert (rejeu["error"]["name"], rejeu["error"]["code"]) == ("OPError", "invalid_grant")
    porteur = {"Authorization": f"Bearer {recu['token']['access_token']}"}
    reponse = httpx2.get(
        f"{demo.produit}/oidc/userinfo",
        headers=porteur,
        trust_env=False,
        timeout=POUR_UNE_REPONSE,
    )
    assert reponse.status_code == 401
    assert 'error="invalid_token"' in reponse.headers["WWW-Authenticate"]


@pytest.mark.parametrize(
    ("autres", "message"),
    [({"nonce": "n" * 32}, "nonce mismatch"), ({"state": "s" * 32}, "state mismatch")],
)
def test_the_library_would_see_a_mix_up(
    fc: FranceConnect, postes: dict[str, Poste], autres: dict[str, Any], message: str
) -> None:
    """The checks that pass above are real: another nonce or state makes the same client refuse."""
    recu = fc.recevoir(*fc.envoyer(postes["Louise"], "HÉRITIER"), **autres)
    assert recu["error"]["name"] == "RPError"
    assert message in recu["error"]["message"]


def test_refused_level_comes_back_as_an_error(fc: FranceConnect, postes: dict[str, Poste]) -> None:
    demande = fc.ordonner("authorize")
    trop_haut = demande["url"].replace("acr_values=eidas1", "acr_values=eidas2")
    retour = postes["Louise"].client.get(trop_haut)
    recu = fc.recevoir(demande, retour.headers["Location"])
    assert recu["error"]["name"] == "OPError"
    assert recu["error"]["code"] == "unmet_authentication_requirements"


def test_cancelled_by_the_aidant(fc: FranceConnect, postes: dict[str, Poste]) -> None:
    demande, poste = fc.ordonner("authorize"), postes["Karim"]
    page = poste.ouvrir(demande["url"])
    retour = poste.envoyer(page, page.formulaire(action="/annuler/")).headers["Location"]
    assert fc.recevoir(demande, retour)["error"]["code"] == "access_denied"


def test_logout_comes_back_and_leaves_the_aidant_at_work(
    fc: FranceConnect, postes: dict[str, Poste], demo: Demo
) -> None:
    poste = postes["Camille"]
    recu = fc.identifier(poste, "OUFKIR")
    sortie = fc.ordonner("end", id_token=recu["token"]["id_token"], state="x" * 32)["url"]
    assert "client_id=demo-franceconnect" in sortie
    reponse = poste.client.get(sortie)
    assert reponse.status_code == 303
    assert reponse.headers["Location"] == f"{demo.monde}/sante/logout-callback?state={'x' * 32}"
    assert poste.ouvrir(f"{demo.produit}/espace/").adresse.endswith("/espace/")
