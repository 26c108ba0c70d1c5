"""A browser in a few lines: cookies, no redirect followed unless asked."""

import re
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import httpx2
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.serveurs import POUR_UNE_REPONSE

RETOUR = "http://localhost:8000/franceconnect/retour/"
SORTIE = "http://localhost:8000/franceconnect/sortie/"
DEMANDE = {
    "client_id": "produit-chez-fc",
    "redirect_uri": RETOUR,
    "response_type": "code",
    "scope": "openid profile birth email idp_birthdate idp_id",
    "state": "e" * 32,
    "nonce": "n" * 32,
    "acr_values": "eidas1",
}


def params_de(reponse: httpx2.Response) -> dict[str, str]:
    """The query of the address that a redirect leads to."""
    query = urlsplit(reponse.headers["Location"]).query
    return {nom: valeurs[0] for nom, valeurs in parse_qs(query).items()}


class Navigateur:
    def __init__(self, adresse: str) -> None:
        self.client = httpx2.Client(base_url=adresse, trust_env=False, timeout=POUR_UNE_REPONSE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.client.close()

    def authorize(self, **params: str | None) -> httpx2.Response:
        demande = {nom: valeur for nom, valeur in (DEMANDE | params).items() if valeur is not None}
        return self.client.get("/api/v2/authorize", params=demande)

    def choisir(self, bouton: dict[str, str], **params: str | None) -> httpx2.Response:
        page = self.authorize(**params)
        return self.client.post(page.headers["Location"], data=bouton)

    def code(self, identite: str = "usuelle", **params: str | None) -> str:
        return params_de(self.choisir({"identite": identite}, **params))["code"]

    def token(self, code: str, **champs: str) -> httpx2.Response:
        formulaire = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": RETOUR,
            "client_id": "produit-chez-fc",
            "client_secret": "secret-chez-fc",
        }
        return self.client.post("/api/v2/token", data=formulaire | champs)

    def userinfo(self, access_token: str) -> httpx2.Response:
        return self.client.get(
            "/api/v2/userinfo", headers={"Authorization": f"Bearer {access_token}"}
        )

    def claims(self, signe: str) -> dict[str, Any]:
        cles = KeySet.import_key_set(self.client.get("/api/v2/jwks").json())
        return jwt.decode(signe, cles, algorithms=["ES256"]).claims

    def identite(self, slug: str, **params: str | None) -> dict[str, Any]:
        token = self.token(self.code(slug, **params)).json()
        return self.claims(self.userinfo(token["access_token"]).text)

    def suivre(self, chemin: str) -> httpx2.Response:
        return self.client.get(chemin, follow_redirects=True)

    def recu(self, site: str) -> dict[str, Any]:
        document: dict[str, Any] = self.client.get(f"/{site}/recu.json").json()
        return document

    def deconnecter(self, site: str) -> httpx2.Response:
        page = self.client.get(f"/{site}/").text
        jeton = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert jeton
        return self.client.post(
            f"/{site}/deconnexion/", data={"csrfmiddlewaretoken": jeton[1]}, follow_redirects=True
        )
