"""The demo for real: PostgreSQL, the product and the demo world, as a newcomer starts them."""

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString, Self

import httpx2
import psycopg
from django_otp.oath import hotp

from aidants_connect.postgresql_embarque import serveur

RACINE = Path(__file__).resolve().parents[1]
PAS = 30
PATIENCE = 300.0  # seconds: a wait ends with what it waits for, a busy machine takes its time
POUR_UNE_REPONSE = 60.0  # seconds: more than the product takes to refuse one


PORTS = range(11_000, 32_000)  # below those that the system gives to who asks for any
_donnes: set[int] = set()


def port_libre() -> int:
    """A port for a program that will take it a while later: no connection is given it meanwhile.

    The draw is the system's own: every test begins with the same `random`, in every process.
    """
    while True:
        port = secrets.choice(PORTS)
        with socket.socket() as prise, contextlib.suppress(OSError):
            prise.bind(("127.0.0.1", port))
            if port not in _donnes:
                _donnes.add(port)
                return port


def joignable(port: int) -> bool:
    with socket.socket() as prise:
        return prise.connect_ex(("127.0.0.1", port)) == 0


@dataclass
class Demo:
    """`manage.py demo` as a process, on free ports, with data of its own."""

    dossier: Path
    environnement: dict[str, str]

    def __post_init__(self) -> None:
        self.port, self.port_monde = port_libre(), port_libre()
        self.produit = f"http://localhost:{self.port}"
        self.monde = f"http://127.0.0.1:{self.port_monde}"
        self.derniers_pas: dict[str, int] = {}

    def __enter__(self) -> Self:
        self.sortie = (self.dossier / "demo.txt").open("wb+")
        commande = [sys.executable, "manage.py", "demo", "--port-monde", str(self.port_monde)]
        self.processus = subprocess.Popen(
            commande,
            cwd=RACINE,
            env=self.environ(),
            stdout=self.sortie,
            stderr=subprocess.STDOUT,
        )
        self._attendre()
        return self

    def __exit__(self, *_: object) -> None:
        self.processus.send_signal(signal.SIGINT)
        self.processus.wait(timeout=PATIENCE)
        self.sortie.close()
        shutil.rmtree(serveur.dossier(self.dossier), ignore_errors=True)

    def environ(self) -> dict[str, str]:
        propres = {
            "AC_DOSSIER_DONNEES": str(self.dossier),
            "SITE_URL": self.produit,
            "DJANGO_SETTINGS_MODULE": "aidants_connect.settings",
        }
        return {**os.environ, **propres, **self.environnement}

    def _attendre(self) -> None:
        limite = time.monotonic() + 600  # a busy machine is slow to migrate
        while time.monotonic() < limite and self.processus.poll() is None:
            try:
                if httpx2.get(f"{self.monde}/pret", timeout=POUR_UNE_REPONSE).status_code == 200:
                    return
            except httpx2.HTTPError:
                time.sleep(0.1)
        self.__exit__()
        raise AssertionError(self.journal_technique())

    def journal_technique(self) -> str:
        return (self.dossier / "demo.txt").read_text(errors="replace")

    def gerer(self, *commande: str) -> str:
        """Run a command of `manage.py` beside the demo; return what it says."""
        return subprocess.run(
            [sys.executable, "manage.py", *commande],
            cwd=RACINE, env=self.environ(), check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip

    # --- What the demo knows ---

    @property
    def description(self) -> dict[str, Any]:
        return dict(json.loads((self.dossier / "demo.json").read_text()))

    def compte(self, prenom: str) -> dict[str, Any]:
        return next(c for c in self.description["comptes"] if c["prenom"] == prenom)

    def code_totp(self, prenom: str) -> str:
        """The present code; given already, it is made good once more: nobody waits."""
        compte, pas = self.compte(prenom), int(time.time()) // PAS
        if self.derniers_pas.get(prenom, 0) >= pas:
            self.sql(
                "UPDATE aidants_appareiltotp SET dernier_pas = -1 FROM aidants_aidant AS aidant"
                " WHERE user_id = aidant.id AND aidant.courriel = %s RETURNING user_id",
                compte["courriel"],
            )
        self.derniers_pas[prenom] = pas
        return f"{hotp(bytes.fromhex(compte['totp_cle_hex']), pas):06d}"

    def sql(self, requete: LiteralString, *valeurs: object) -> list[tuple[Any, ...]]:
        """Ask the demo's database, beside the application, as its owner."""
        with self.connexion() as connexion:
            return connexion.execute(requete, valeurs).fetchall()

    def connexion(self) -> psycopg.Connection:
        adresse = f"host={self._socket()} user={serveur.ROLE_PROPRIETAIRE} dbname={serveur.BASE}"
        return psycopg.connect(adresse)

    def _socket(self) -> str:
        lignes = (serveur.dossier(self.dossier) / "postmaster.pid").read_text().splitlines()
        return lignes[4]
