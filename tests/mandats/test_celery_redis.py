"""The notices with a real Redis and real Celery workers, against a real demo: each leaves once.

Given a Redis, the demo has a worker of its own, with the beat.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import pytest
from celery import Celery
from redis import Redis
from redis.exceptions import ConnectionError as PasDeReponse

from tests.poste import Poste
from tests.serveurs import PATIENCE, RACINE, Demo, port_libre

FILE = "celery"  # the only queue
ENVOYER = "mandats.taches.envoyer_avis"
BALAYER = "mandats.taches.envoyer_avis_en_attente"


def attendre(condition: Callable[[], object]) -> None:
    limite = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < limite, "This did not happen in time."
        time.sleep(0.05)


@dataclass
class ServeurRedis:
    """A Redis that can be stopped and started again at the same address; it keeps nothing."""

    dossier: Path
    port: int = field(default_factory=port_libre)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def __enter__(self) -> Self:
        self.demarrer()
        return self

    def __exit__(self, *_: object) -> None:
        self.arreter()

    def demarrer(self) -> None:
        options = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        commande = ["redis-server", "--port", str(self.port), *options]
        self.processus = subprocess.Popen(
            commande, cwd=self.dossier, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
        )
        attendre(self.repond)

    def arreter(self) -> None:
        self.processus.terminate()
        self.processus.wait(timeout=PATIENCE)

    @contextmanager
    def en_panne(self) -> Iterator[None]:
        self.arreter()
        try:
            yield
        finally:
            self.demarrer()

    def client(self) -> Redis:
        return Redis.from_url(self.url)

    def repond(self) -> bool:
        try:
            with self.client() as client:
                return bool(client.ping())
        except PasDeReponse:
            return False

    def en_file(self) -> int:
        """The tasks that wait, and those that a worker has not finished."""
        with self.client() as client:
            return int(client.llen(FILE)) + int(client.hlen("unacked"))

    def envoyer(self, tache: str, *args: str) -> None:
        with Celery(broker=self.url, set_as_current=False) as celery:
            celery.send_task(tache, args)

    @contextmanager
    def sans_ouvrier(self) -> Iterator[None]:
        """The workers that are there take no task for a while."""
        with Celery(broker=self.url, set_as_current=False) as celery:
            attendre(lambda: celery.control.cancel_consumer(FILE, reply=True, timeout=1))
            try:
                yield
            finally:
                celery.control.add_consumer(FILE, reply=True, timeout=5)


@dataclass
class Ouvrier:
    """`celery worker` as production runs it, one task at a time."""

    demo: Demo
    nom: str

    def __enter__(self) -> Self:
        self.trace = self.demo.dossier / f"{self.nom}.txt"
        commande = [
            sys.executable, "-m", "celery", "-A", "aidants_connect", "worker", "-P", "solo",
            "-n", self.nom, "-l", "info", "--without-gossip", "--without-mingle",
        ]  # fmt: skip
        with self.trace.open("wb") as sortie:
            self.processus = subprocess.Popen(
                commande,
                cwd=RACINE,
                env=self.demo.environ(),
                stdout=sortie,
                stderr=subprocess.STDOUT,
            )
        return self

    def __exit__(self, *_: object) -> None:
        self.processus.terminate()
        try:
            self.processus.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self.processus.kill()
            self.processus.wait()


@dataclass
class Atelier:
    """The demo with its broker, seen from outside: the mails, the notices and the journal."""

    demo: Demo
    redis: ServeurRedis
    postes: dict[str, Poste]

    def courriels(self, *adresses: str) -> list[str]:
        """Whom of these each mail went to; two mails of one instant may share a file."""
        fichiers = (self.demo.dossier / "courriels").glob("*.log")
        textes = [fichier.read_text() for fichier in fichiers]
        recus = [a for texte in textes for a in re.findall(r"^To: (.+)$", texte, re.M)]
        return sorted(a for a in recus if a in adresses)

    def avis(self, prenom: str) -> dict[str, bool]:
        """The notices of the mandats signed with this aidant, each with whether it has left."""
        lignes = self.demo.sql(
            "SELECT a.id::text, a.envoye_le IS NOT NULL FROM mandats_avis a "
            "JOIN mandats_mandat m ON m.id = a.mandat_id "
            "JOIN aidants_aidant p ON p.id = m.aidant_id WHERE p.prenom = %s",
            prenom,
        )
        return dict(lignes)

    def inscrits(self, prenom: str) -> list[tuple[Any, ...]]:
        """The genre and the addressee of each notice journaled as sent, for the same mandats."""
        return sorted(
            self.demo.sql(
                "SELECT e.details->>'genre', e.details->>'destinataire' FROM journal_entree e "
                "JOIN journal_sujet s ON s.entree_id = e.id "
                "JOIN mandats_mandat m ON m.id::text = s.mandat_ref "
                "JOIN aidants_aidant p ON p.id = m.aidant_id "
                "WHERE e.action = 'avis_envoye' AND p.prenom = %s",
                prenom,
            )
        )

    def attendre_les_envois(self, prenom: str) -> None:
        attendre(lambda: all(self.avis(prenom).values()))
        attendre(lambda: self.redis.en_file() == 0)

    def vieillir_les_avis(self) -> None:
        """Let the sweep's patience pass."""
        self.demo.sql("UPDATE mandats_avis SET prochain_essai_le = now() RETURNING id")


CHACUN_UNE_FOIS = [("signature", "aidant"), ("signature", "usager")]


@pytest.fixture(scope="module")
def atelier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Atelier]:
    """A demo on Redis, and two aidants at work."""
    if shutil.which("redis-server") is None:
        if os.environ.get("CI"):
            pytest.fail("redis-server is missing: the tests of the tasks cannot run.")
        pytest.skip("redis-server is not installed.")
    dossier = tmp_path_factory.mktemp("celery")
    with ExitStack() as pile:
        redis = pile.enter_context(ServeurRedis(dossier))
        demo = pile.enter_context(Demo(dossier, {"REDIS_URL": redis.url}))
        postes = {p: pile.enter_context(Poste(demo, p)) for p in ("Camille", "Karim")}
        for poste in postes.values():
            poste.se_connecter()
        yield Atelier(demo, redis, postes)


def test_each_notice_leaves_once(atelier: Atelier) -> None:
    """Each task comes three times, to two workers: one mail each, one line of the journal each."""
    adresses = ["helene.lheritier@courriel.example", atelier.demo.compte("Camille")["courriel"]]
    with ExitStack() as pile:
        page = atelier.postes["Camille"].identifier("usuelle", "logement")
        with atelier.redis.sans_ouvrier():
            atelier.postes["Camille"].signer(page, "Hélène L'Héritier")
            assert list(atelier.avis("Camille").values()) == [False, False]
            assert atelier.courriels(*adresses) == []
            for avis in [*atelier.avis("Camille")] * 2:
                atelier.redis.envoyer(ENVOYER, avis)
            assert atelier.redis.en_file() >= 6
            pile.enter_context(Ouvrier(atelier.demo, "second"))
        atelier.attendre_les_envois("Camille")
    assert atelier.courriels(*adresses) == sorted(adresses)
    assert atelier.inscrits("Camille") == CHACUN_UNE_FOIS


def test_without_redis_one_signs_and_the_sweep_sends_later(atelier: Atelier) -> None:
    """What no broker took is sent by the sweep; asked several times, it sends once."""
    adresses = ["mamadou.ndiaye@courriel.example", atelier.demo.compte("Karim")["courriel"]]
    page = atelier.postes["Karim"].identifier("etranger", "social")
    with atelier.redis.en_panne():
        atelier.postes["Karim"].signer(page, "Mamadou N'Diaye")
        assert list(atelier.avis("Karim").values()) == [False, False]
    atelier.vieillir_les_avis()
    for _ in range(2):
        atelier.redis.envoyer(BALAYER)
    atelier.attendre_les_envois("Karim")
    assert atelier.courriels(*adresses) == sorted(adresses)
    assert atelier.inscrits("Karim") == CHACUN_UNE_FOIS
    assert atelier.demo.processus.poll() is None
