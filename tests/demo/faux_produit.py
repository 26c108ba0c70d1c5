"""A provider of a few lines that stands for the product, so that the two sites can be driven.

`reglages` says what it answers; a test changes what it wants to see refused.
"""

import json
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey

CLE = ECKey.generate_key("P-256", {"kid": "une-cle", "use": "sig", "alg": "ES256"}, private=True)
IDENTITE = {
    "sub": "personne-1",
    "given_name": "Hélène",
    "family_name": "L'HÉRITIER",
    "birthdate": "1957-03-14",
    "gender": "female",
    "birthplace": "29019",
    "birthcountry": "99100",
    "email": "helene@courriel.example",
}


def signe(claims: dict[str, Any], cle: ECKey = CLE) -> str:
    return jwt.encode({"alg": "ES256", "kid": "une-cle"}, claims, cle, algorithms=["ES256"])


@dataclass
class Reglages:
    identite: dict[str, Any] = field(default_factory=lambda: dict(IDENTITE))
    jeton: dict[str, Any] = field(default_factory=dict)
    reponse: dict[str, str] = field(default_factory=dict)
    userinfo_signe: bool = False


class FauxProduit(ThreadingHTTPServer):
    """Listens on a free port of 127.0.0.1; `demandes` keeps the authorization requests."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Requete)
        self.issuer = f"http://127.0.0.1:{self.server_port}"
        self.reglages = Reglages()
        self.demandes: list[dict[str, str]] = []
        self.echanges: list[dict[str, str]] = []


class Requete(BaseHTTPRequestHandler):
    server: FauxProduit

    def do_GET(self) -> None:
        chemin = urlsplit(self.path)
        params = {nom: valeurs[0] for nom, valeurs in parse_qs(chemin.query).items()}
        if chemin.path == "/.well-known/openid-configuration":
            self._json(self._metadata())
        elif chemin.path == "/jwks":
            self._json({"keys": [CLE.as_dict(private=False)]})
        elif chemin.path == "/authorize":
            self._authorize(params)
        elif chemin.path == "/userinfo":
            self._userinfo()
        else:
            self._redirige(f"{params['post_logout_redirect_uri']}?state={params['state']}")

    def do_POST(self) -> None:
        corps = self.rfile.read(int(self.headers["Content-Length"])).decode()
        recu = {nom: valeurs[0] for nom, valeurs in parse_qs(corps).items()}
        self.server.echanges.append(recu | {"Authorization": self.headers["Authorization"] or ""})
        demande, now = self.server.demandes[-1], int(time.time())
        claims = {
            "iss": self.server.issuer,
            "sub": IDENTITE["sub"],
            "aud": demande["client_id"],
            "iat": now,
            "exp": now + 60,
            "nonce": demande["nonce"],
            "acr": "eidas1",
            "rep_scope": ["Social-Santé", "Logement"],
        }
        id_token = signe(claims | self.server.reglages.jeton)
        self._json({"access_token": "jeton", "token_type": "Bearer", "id_token": id_token})

    def _metadata(self) -> dict[str, Any]:
        issuer = self.server.issuer
        return {
            "issuer": issuer,
            "jwks_uri": f"{issuer}/jwks",
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "userinfo_endpoint": f"{issuer}/userinfo",
            "end_session_endpoint": f"{issuer}/end_session",
            "authorization_response_iss_parameter_supported": True,
        }

    def _authorize(self, params: dict[str, str]) -> None:
        self.server.demandes.append(params)
        reponse = self.server.reglages.reponse or {"code": "un-code"}
        retour = {"state": params["state"], "iss": self.server.issuer} | reponse
        self._redirige(f"{params['redirect_uri']}?{urlencode(retour)}")

    def _userinfo(self) -> None:
        reglages = self.server.reglages
        if reglages.userinfo_signe:
            claims = reglages.identite | {"iss": self.server.issuer}
            self._envoie(200, signe(claims).encode(), "application/jwt")
        else:
            self._json(reglages.identite)

    def _json(self, document: dict[str, Any]) -> None:
        self._envoie(200, json.dumps(document).encode(), "application/json; charset=utf-8")

    def _redirige(self, adresse: str) -> None:
        self.send_response(303)
        self.send_header("Location", adresse)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _envoie(self, status: int, corps: bytes, content_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(corps)))
        self.end_headers()
        self.wfile.write(corps)

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent."""
