"""A mail server that keeps whom each mail went to, and can be slow to take one."""

import re
import socketserver
import threading
from collections import Counter

from tests.serveurs import PATIENCE


class _Echange(socketserver.StreamRequestHandler):
    server: "_Serveur"

    def handle(self) -> None:
        self._dire("220 ici")
        while ligne := self.rfile.readline():
            mot = ligne.split()[0].upper().decode() if ligne.split() else ""
            if mot == "QUIT":
                self._dire("221 adieu")
                return
            if mot == "MAIL":
                self.server.boite.attendues.set()
                self.server.boite.ouverte.wait(timeout=PATIENCE)
            if mot == "DATA":
                self._recevoir()
            else:
                self._dire("250 ici" if mot == "EHLO" else "250 oui")

    def _recevoir(self) -> None:
        self._dire("354 dites")
        lignes = []
        while (ligne := self.rfile.readline()) and ligne.rstrip() != b".":
            lignes.append(ligne)
        texte = b"".join(lignes).decode(errors="replace")
        sujet = re.search(r"^Subject: (.+)$", texte, re.M)
        for adresse in re.findall(r"^To: (\S+)", texte, re.M):
            self.server.boite.recus[adresse, sujet[1].strip() if sujet else ""] += 1
        self._dire("250 pris")

    def _dire(self, texte: str) -> None:
        self.wfile.write(f"{texte}\r\n".encode())


class _Serveur(socketserver.ThreadingTCPServer):
    allow_reuse_address, daemon_threads = True, True
    boite: "BoiteAuxLettres"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that was killed in the middle is no event."""


class BoiteAuxLettres:
    """`recus` counts the mails by address and subject; closed, it takes none and keeps waiting."""

    def __init__(self) -> None:
        self.recus: Counter[tuple[str, str]] = Counter()
        self.ouverte, self.attendues = threading.Event(), threading.Event()
        self.ouverte.set()
        self.serveur = _Serveur(("127.0.0.1", 0), _Echange)
        self.serveur.boite = self
        self.port = int(self.serveur.server_address[1])
        threading.Thread(target=self.serveur.serve_forever, daemon=True).start()

    def fermer(self) -> None:
        self.ouverte.set()
        self.serveur.shutdown()
        self.serveur.server_close()

    @property
    def doubles(self) -> dict[tuple[str, str], int]:
        return {lettre: nombre for lettre, nombre in self.recus.items() if nombre > 1}

    def a(self, adresse: str) -> int:
        """How many mails went to this address."""
        return sum(nombre for (qui, _), nombre in self.recus.items() if qui == adresse)
