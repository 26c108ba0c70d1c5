"""A démarche site, as a client of the provider."""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2

from tests.serveurs import Demo


@dataclass
class Service:
    """The housing site of the demo."""

    demo: Demo
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    @property
    def retour(self) -> str:
        return f"{self.demo.monde}/logement/retour/"

    def demande(self) -> str:
        condense = hashlib.sha256(self.verifier.encode()).digest()
        parametres = {
            "response_type": "code",
            "client_id": "demo-logement",
            "redirect_uri": self.retour,
            "scope": "openid profile birth email",
            "state": secrets.token_urlsafe(16),
            "nonce": secrets.token_urlsafe(16),
            "code_challenge": base64.urlsafe_b64encode(condense).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        return f"{self.demo.produit}/oidc/authorize?{urlencode(parametres)}"

    def jetons(self, client: httpx2.Client, retour: str) -> httpx2.Response:
        corps = {
            "grant_type": "authorization_code",
            "code": parse_qs(urlsplit(retour).query)["code"][0],
            "redirect_uri": self.retour,
            "code_verifier": self.verifier,
            **self.demo.description["services"]["logement"],
        }
        return client.post(f"{self.demo.produit}/oidc/token", data=corps)
