"""The way between the product and a partner site, on which somebody may alter what passes.

It publishes a key of its own beside the product's, so that an altered token is rightly signed: the
site that refuses it refuses what was altered, and nothing else.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import httpx2
from joserfc import jws, jwt
from joserfc.jwk import ECKey

from tests.serveurs import POUR_UNE_REPONSE

PASSENT = ("content-type", "authorization", "accept")


@dataclass(frozen=True)
class Alteration:
    """What is done on the way: to claims of the id_token, to its signature, to userinfo."""

    jeton: dict[str, Any] = field(default_factory=dict)
    signature: str = "relais"  # the relay's own key, « fausse » or « aucune »
    identite: dict[str, Any] = field(default_factory=dict)


class Relais(ThreadingHTTPServer):
    """A proxy for the calls of the sites; without an alteration, bytes pass as they are."""

    daemon_threads = True
    alteration: Alteration | None = None

    def __init__(self, produit: str) -> None:
        super().__init__(("127.0.0.1", 0), _Passage)
        self.produit = produit
        self.adresse = f"http://127.0.0.1:{self.server_address[1]}"
        self.cle = ECKey.generate_key("P-256", {"kid": "relais", "use": "sig", "alg": "ES256"})

    @contextmanager
    def alterant(self, alteration: Alteration) -> Iterator[None]:
        self.alteration = alteration
        yield
        self.alteration = None

    def reponse(self, chemin: str, corps: bytes) -> bytes:
        if chemin == "/oidc/jwks":
            document = json.loads(corps)
            document["keys"].append(self.cle.as_dict(private=False))
            return json.dumps(document).encode()
        if self.alteration and chemin == "/oidc/token":
            reponse = json.loads(corps)
            reponse["id_token"] = self._jeton(reponse["id_token"], self.alteration)
            return json.dumps(reponse).encode()
        if self.alteration and chemin == "/oidc/userinfo":
            return json.dumps(json.loads(corps) | self.alteration.identite).encode()
        return corps

    def _jeton(self, jeton: str, alteration: Alteration) -> str:
        claims = json.loads(jws.extract_compact(jeton.encode()).payload) | alteration.jeton
        if alteration.signature == "aucune":
            return jwt.encode({"alg": "none"}, claims, self.cle, algorithms=["none"])
        if alteration.signature == "fausse":
            tete, _, _ = jeton.split(".")
            signe = jwt.encode({"alg": "ES256"}, claims, self.cle, algorithms=["ES256"])
            return f"{tete}.{signe.split('.', 1)[1]}"
        en_tete = {"alg": "ES256", "kid": "relais"}
        return jwt.encode(en_tete, claims, self.cle, algorithms=["ES256"])


class _Passage(BaseHTTPRequestHandler):
    server: Relais

    def do_GET(self) -> None:
        self._relayer(b"")

    def do_POST(self) -> None:
        self._relayer(self.rfile.read(int(self.headers["Content-Length"])))

    def _relayer(self, corps: bytes) -> None:
        adresse = urlsplit(self.path)  # in its whole form, when we are called as a proxy
        en_tetes = {nom: v for nom, v in self.headers.items() if nom.lower() in PASSENT}
        recue = httpx2.request(
            self.command,
            f"{self.server.produit}{adresse.path}",
            params=adresse.query,
            content=corps,
            headers=en_tetes,
            trust_env=False,
            timeout=POUR_UNE_REPONSE,
        )
        rendu = recue.content
        if recue.status_code == 200:
            rendu = self.server.reponse(adresse.path, rendu)
        self.send_response(recue.status_code)
        self.send_header("Content-Type", recue.headers.get("Content-Type", ""))
        self.send_header("Content-Length", str(len(rendu)))
        self.end_headers()
        self.wfile.write(rendu)

    def log_message(self, *_: object) -> None:
        """Say nothing: what fails is read in the answers."""


@contextmanager
def lance(produit: str) -> Iterator[Relais]:
    with Relais(produit) as relais:
        fil = threading.Thread(target=relais.serve_forever, kwargs={"poll_interval": 0.05})
        fil.start()
        yield relais
        relais.shutdown()
        fil.join()
