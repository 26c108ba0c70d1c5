"""The authorization code flow of a partner site, step by step, through the test client."""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.test import Client
from django.urls import resolve

from fournisseur_identite.models import FournisseurService
from mandats.models import Autorisation

RETOUR = "https://fs.example.org/retour"


@dataclass
class Flux:
    """One use, with what its FS keeps for itself: verifier, state, nonce, secret."""

    client: Client
    fs: FournisseurService
    secret: str
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    state: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    def parametres(self, **autres: Any) -> dict[str, Any]:
        condense = hashlib.sha256(self.verifier.encode()).digest()
        base = {
            "response_type": "code",
            "client_id": self.fs.client_id,
            "redirect_uri": RETOUR,
            "scope": "openid profile birth email",
            "state": self.state,
            "nonce": self.nonce,
            "acr_values": "eidas1",
            "code_challenge": base64.urlsafe_b64encode(condense).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        return {cle: valeur for cle, valeur in (base | autres).items() if valeur is not None}

    def demander(self, **autres: Any) -> Any:
        return self.client.get("/oidc/authorize", self.parametres(**autres))

    def confirmer(self, autorisation: Autorisation, **autres: Any) -> Any:
        """From the request to the aidant's « oui »; return the answer of the confirmation."""
        reponse = self.demander(**autres)
        assert reponse.status_code == 303, reponse.content
        demande = resolve(urlsplit(reponse["Location"]).path).kwargs["demande_id"]
        return self.client.post(f"/oidc/demandes/{demande}/autorisations/{autorisation.pk}/")

    def code(self, autorisation: Autorisation, **autres: Any) -> str:
        retour = retour_de(self.confirmer(autorisation, **autres))
        assert retour["state"] == self.state
        return retour["code"]

    def echanger(self, code: str, **autres: Any) -> Any:
        corps = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": RETOUR,
            "client_id": self.fs.client_id,
            "client_secret": self.secret,
            "code_verifier": self.verifier,
        }
        return self.poster("/oidc/token", corps | autres)

    def poster(self, adresse: str, corps: dict[str, Any], **en_tetes: str) -> Any:
        """What the FS's server sends; a value of None is left out."""
        gardes = {cle: v for cle, v in corps.items() if v is not None}
        return Client().post(
            adresse, corps_encode(gardes), content_type=FORMULAIRE, headers=en_tetes
        )

    def identite(self, jeton: str) -> Any:
        return Client().get("/oidc/userinfo", headers={"Authorization": f"Bearer {jeton}"})


FORMULAIRE = "application/x-www-form-urlencoded"


def corps_encode(corps: dict[str, Any]) -> str:
    return urlencode(corps, doseq=True)


def retour_de(reponse: Any) -> dict[str, str]:
    """The parameters with which the browser is sent back to the FS."""
    assert reponse.status_code == 303, reponse.content
    assert reponse["Location"].startswith(RETOUR)
    return {
        cle: valeurs[0] for cle, valeurs in parse_qs(urlsplit(reponse["Location"]).query).items()
    }
