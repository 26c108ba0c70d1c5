"""A TCP proxy that is slow, closes one half, or cuts the answer once the server has given it."""

import socket
import socketserver
import threading
import time
from email import message_from_bytes
from typing import Self

from tests.faults.releve import LONG, tirage
from tests.serveurs import POUR_UNE_REPONSE

COUPE, LENT, DEMI = 0.15, 0.10, 0.05  # how often
LENTEUR = 5.0 if LONG else 0.5  # seconds


def _entiere(client: socket.socket) -> bytes:
    """A request whole: `http.client` sends its head, then its body."""
    with client.makefile("rb") as flux:
        tete = b"".join(iter(flux.readline, b"\r\n")) + b"\r\n"
        longueur = message_from_bytes(tete.partition(b"\r\n")[2]).get("Content-Length", "0")
        return tete + flux.read(int(longueur))


class _Passage(socketserver.BaseRequestHandler):
    server: "_Serveur"

    def handle(self) -> None:
        reseau, sort = self.server.reseau, self.server.reseau.tirer()
        with socket.create_connection(
            ("127.0.0.1", reseau.vers), timeout=POUR_UNE_REPONSE
        ) as serveur:
            demande = _entiere(self.request)
            if COUPE <= sort < COUPE + LENT:
                reseau.compter("lents")
                time.sleep(LENTEUR)
            serveur.sendall(demande)
            if COUPE + LENT <= sort < COUPE + LENT + DEMI:
                serveur.shutdown(socket.SHUT_WR)
            self._rendre(serveur, couper=sort < COUPE)

    def _rendre(self, serveur: socket.socket, *, couper: bool) -> None:
        serveur.settimeout(POUR_UNE_REPONSE)
        debut = serveur.recv(65536)  # the act is committed: the server answers
        if couper:
            self.server.reseau.compter("coupes")
            self.request.sendall(debut[:9])
            return
        while debut:
            self.request.sendall(debut)
            debut = serveur.recv(65536)


class _Serveur(socketserver.ThreadingTCPServer):
    allow_reuse_address, daemon_threads = True, True
    reseau: "Reseau"

    def handle_error(self, request: object, client_address: object) -> None:
        """One of the two ends has gone: that is what it is for."""


class Reseau:
    """Requests of one connection each, towards the port `vers`; the seed draws their fate."""

    def __init__(self, vers: int, graine: int) -> None:
        self.vers, self.hasard, self.verrou = vers, tirage(graine), threading.Lock()
        self.coupes = self.lents = 0
        self.serveur = _Serveur(("127.0.0.1", 0), _Passage)
        self.serveur.reseau = self
        self.port = int(self.serveur.server_address[1])

    def __enter__(self) -> Self:
        threading.Thread(target=self.serveur.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.serveur.shutdown()
        self.serveur.server_close()

    def tirer(self) -> float:
        with self.verrou:
            return self.hasard.random()

    def compter(self, quoi: str) -> None:
        with self.verrou:
            setattr(self, quoi, getattr(self, quoi) + 1)
