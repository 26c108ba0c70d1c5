"""A time-stamping authority for the tests: OpenSSL's own, behind a small HTTP server."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

# No `certs`: with the chain in the reply, OpenSSL 3.0's order of it is refused (strict DER).
REGLAGE = """
[tsa]
default_tsa = autorite
[autorite]
serial = {dossier}/serie
signer_cert = {dossier}/tsa.pem
signer_key = {dossier}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
"""
USAGE = "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n"
USAGE += "extendedKeyUsage=critical,timeStamping\n"


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


class Autorite:
    """Its certificate is `racine`; `en_panne` makes its next answers errors."""

    def __init__(self, dossier: Path) -> None:
        self.dossier, self.racine = dossier, dossier / "racine.pem"
        self.en_panne, self.demandes, self.url = "", 0, ""
        cle = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc")
        racine, tsa = str(self.racine), f"{dossier}/tsa"
        _openssl("req", "-x509", *cle, "-days", "30", "-subj", "/CN=Racine de test",
                 "-addext", "keyUsage=critical,keyCertSign",
                 "-keyout", f"{dossier}/racine.key", "-out", racine)  # fmt: skip
        _openssl("req", "-new", *cle, "-subj", "/CN=Horodatage de test",
                 "-keyout", f"{tsa}.key", "-out", f"{tsa}.csr")  # fmt: skip
        (dossier / "usage").write_text(USAGE)
        _openssl("x509", "-req", "-in", f"{tsa}.csr", "-CA", racine, "-CAkey",
                 f"{dossier}/racine.key", "-CAcreateserial", "-days", "30",
                 "-extfile", f"{dossier}/usage", "-out", f"{tsa}.pem")  # fmt: skip
        (dossier / "serie").write_text("01")
        (dossier / "tsa.cnf").write_text(REGLAGE.format(dossier=dossier))

    def repondre(self, demande: bytes) -> bytes:
        (self.dossier / "demande").write_bytes(demande)
        reglage = ("-config", f"{self.dossier}/tsa.cnf", "-section", "autorite")
        fichiers = ("-queryfile", f"{self.dossier}/demande", "-out", f"{self.dossier}/reponse")
        _openssl("ts", "-reply", *reglage, *fichiers)
        return (self.dossier / "reponse").read_bytes()

    def dater(self, note: str) -> bytes:
        """A token over a note, without the network."""
        question = TimestampRequestBuilder().data(note.encode())
        return self.repondre(question.hash_algorithm(HashAlgorithm.SHA512).build().as_bytes())

    @contextmanager
    def servir(self) -> Iterator[None]:
        serveur = HTTPServer(("127.0.0.1", 0), self._guichet())
        fil = threading.Thread(target=serveur.serve_forever, daemon=True)
        fil.start()
        self.url = f"http://127.0.0.1:{serveur.server_port}/"
        try:
            yield
        finally:
            serveur.shutdown()
            fil.join()
            serveur.server_close()

    def _guichet(self) -> type[BaseHTTPRequestHandler]:
        autorite = self

        class Guichet(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                autorite.demandes += 1
                recue = self.rfile.read(int(self.headers["Content-Length"]))
                corps = b"rien" if autorite.en_panne else autorite.repondre(recue)
                self.send_response(500 if autorite.en_panne == "500" else 200)
                self.send_header("Content-Length", str(len(corps)))
                self.end_headers()
                self.wfile.write(corps)

            def log_message(self, *_: object) -> None:
                """Nothing on the terminal."""

        return Guichet
