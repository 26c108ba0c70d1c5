"""A timestamp authority of OpenSSL (RFC 3161) on the loopback, and others that misbehave."""

import subprocess
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

_CONFIGURATION = """
[ tsa ]
default_tsa = ici
[ ici ]
serial = {dossier}/serie
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
[ extensions ]
extendedKeyUsage = critical,timeStamping
basicConstraints = CA:FALSE
"""


class Openssl:
    """The authority itself: a certificate of its own, and `openssl ts` for each answer."""

    def __init__(self, dossier: Path) -> None:
        self.dossier = dossier
        (dossier / "tsa.cnf").write_text(_CONFIGURATION.format(dossier=dossier))
        (dossier / "serie").write_text("01")
        self._lancer(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc",
            "-keyout", "cle.pem", "-out", "certificat.pem", "-days", "2", "-subj", "/CN=Essai",
            "-config", "tsa.cnf", "-extensions", "extensions",
        )  # fmt: skip

    def repondre(self, demande: bytes) -> bytes:
        (self.dossier / "demande.tsq").write_bytes(demande)
        self._lancer(
            "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "demande.tsq", "-inkey", "cle.pem",
            "-signer", "certificat.pem", "-out", "reponse.tsr",
        )  # fmt: skip
        return (self.dossier / "reponse.tsr").read_bytes()

    @property
    def certificat(self) -> bytes:
        return (self.dossier / "certificat.pem").read_bytes()

    def _lancer(self, *ordre: str) -> None:
        subprocess.run(["openssl", *ordre], cwd=self.dossier, check=True, capture_output=True)


class Serveur:
    """Serves what `repondre` makes of each request; counts them."""

    def __init__(self, repondre: Callable[[bytes], bytes], *, attente: float = 0) -> None:
        self.demandes = 0
        self.repondre, self.attente = repondre, attente
        self.libre = threading.Event()

    def __enter__(self) -> "Serveur":
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), self._guichet())
        self.http.daemon_threads = True
        self.adresse = f"http://127.0.0.1:{self.http.server_port}/"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: Any) -> None:
        self.libre.set()
        self.http.shutdown()
        self.http.server_close()

    def _guichet(serveur) -> type[BaseHTTPRequestHandler]:
        class Guichet(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                serveur.demandes += 1
                demande = self.rfile.read(int(self.headers["Content-Length"]))
                corps = serveur.repondre(demande)
                self.send_response(200)
                self.send_header("Content-Length", str(len(corps)))
                self.send_header("Content-Type", "application/timestamp-reply")
                self.end_headers()
                self._ecrire(corps)

            def _ecrire(self, corps: bytes) -> None:
                """At once, or drop by drop: never silent for long, never done."""
                if not serveur.attente:
                    self.wfile.write(corps)
                    return
                for octet in corps:
                    if serveur.libre.wait(serveur.attente):
                        return
                    self.wfile.write(bytes([octet]))
                    self.wfile.flush()

            def log_message(self, *_: Any) -> None:
                """Silent: the tests' output is for them."""

        return Guichet
