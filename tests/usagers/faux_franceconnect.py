"""A FranceConnect that signs whatever a test asks: the simulator is honest and never does."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, Key, KeySet

TOUS = ["ES256", "RS256", "HS256", "none"]
SUB = "s" * 66


class FauxFranceConnect(ThreadingHTTPServer):
    """Discovery, keys, tokens and userinfo; `id_token` and `userinfo` are what it will answer."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Reponses)
        self.issuer = f"http://127.0.0.1:{self.server_address[1]}/api/v2"
        self.lectures_des_cles = 0
        self.tourner()

    def tourner(self) -> None:
        """Change the signing key, as FranceConnect does now and then."""
        kid = f"fc{time.monotonic_ns()}"
        self.cle = ECKey.generate_key("P-256", parameters={"kid": kid, "use": "sig"})
        self.publiees: list[Key] = [self.cle]

    def claims(self, client_id: str, **autres: Any) -> dict[str, Any]:
        """The claims of a right id_token; None removes one."""
        maintenant = int(time.time())
        base = {
            "iss": self.issuer,
            "sub": SUB,
            "aud": client_id,
            "iat": maintenant,
            "exp": maintenant + 60,
            "acr": "eidas1",
        }
        return {nom: valeur for nom, valeur in (base | autres).items() if valeur is not None}

    def identite(self, client_id: str, **autres: Any) -> dict[str, Any]:
        """The claims of a right userinfo; None removes one."""
        base = {
            "iss": self.issuer,
            "sub": SUB,
            "aud": client_id,
            "given_name": "Angela Claire",
            "family_name": "DUBOIS",
            "gender": "female",
            "birthdate": "1962-08-24",
            "birthplace": "75107",
            "birthcountry": "99100",
            "idp_id": "impots",
        }
        return {nom: valeur for nom, valeur in (base | autres).items() if valeur is not None}

    def signer(self, claims: dict[str, Any], cle: Any = None, **en_tete: Any) -> str:
        complet = {"alg": "ES256", "kid": self.cle.kid} | en_tete
        return jwt.encode(complet, claims, cle or self.cle, algorithms=TOUS)

    def reponse(self, chemin: str) -> Any:
        if chemin.endswith("/openid-configuration"):
            adresses = {
                nom: f"{self.issuer}/{route}"
                for nom, route in (
                    ("authorization_endpoint", "authorize"),
                    ("token_endpoint", "token"),
                    ("userinfo_endpoint", "userinfo"),
                    ("jwks_uri", "jwks"),
                    ("end_session_endpoint", "session/end"),
                )
            }
            return {"issuer": self.issuer, **adresses}
        if chemin.endswith("/jwks"):
            self.lectures_des_cles += 1
            return KeySet(self.publiees).as_dict(private=False)
        if chemin.endswith("/token"):
            return {"access_token": "jeton", "token_type": "Bearer", "id_token": self.id_token}
        return self.userinfo

    id_token: Any = ""
    userinfo: Any = ""


class _Reponses(BaseHTTPRequestHandler):
    server: FauxFranceConnect

    def do_GET(self) -> None:
        self._repondre()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._repondre()

    def _repondre(self) -> None:
        reponse = self.server.reponse(self.path)
        est_json = not isinstance(reponse, str)
        corps = (json.dumps(reponse) if est_json else reponse).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json" if est_json else "application/jwt")
        self.send_header("Content-Length", str(len(corps)))
        self.end_headers()
        self.wfile.write(corps)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def lance() -> Iterator[FauxFranceConnect]:
    with FauxFranceConnect() as serveur:
        fil = threading.Thread(target=serveur.serve_forever, kwargs={"poll_interval": 0.05})
        fil.start()
        yield serveur
        serveur.shutdown()
        fil.join()
