"""A made-up country served by the product, with accounts at work where its lists are longest."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import psutil

from aidants_connect.postgresql_embarque import serveur
from tests.poste import Poste
from tests.serveurs import Demo

REGLAGES = {"DJANGO_SETTINGS_MODULE": "bench.reglages_echelle"}
_GRANDES = """
SELECT structure_id FROM mandats_mandat GROUP BY 1 ORDER BY count(DISTINCT usager_id) DESC LIMIT 1
"""
_FIDELE = """
SELECT usager_id, structure_id FROM mandats_mandat GROUP BY 1, 2 ORDER BY count(*) DESC LIMIT 1
"""
_MUTER = """
UPDATE aidants_appartenance SET structure_id = %s
WHERE aidant_id = (SELECT id FROM aidants_aidant WHERE prenom = %s AND courriel LIKE '%%@demo.%%')
RETURNING structure_id
"""


@dataclass
class Terrain:
    """The demo over a country: Louise works in the structure of a quarter of the usagers, Camille
    in that of the usager with 22 mandats, Paul is the supervision."""

    demo: Demo
    facteur: float
    peuple_en: float  # seconds
    fidele: str  # the usager with 22 mandats
    nom: str  # of somebody whom Louise may act for on housing

    @property
    def postgresql(self) -> psutil.Process:
        lignes = (serveur.dossier(self.demo.dossier) / "postmaster.pid").read_text().splitlines()
        return psutil.Process(int(lignes[0]))


class Bureau(Poste):
    """A workstation whose requests leave their costs behind, until they are asked for."""

    def __init__(self, demo: Demo, prenom: str) -> None:
        super().__init__(demo, prenom)
        self.reponses: list[httpx2.Response] = []
        crochets = {"response": [self.reponses.append]}
        self.client = httpx2.Client(trust_env=False, timeout=120, event_hooks=crochets)

    def relever(self) -> tuple[int, float, int]:
        """Statements, CPU in ms and bytes of the answers since the last time."""
        sql, cpu, octets = 0, 0.0, 0
        for reponse in self.reponses:
            nombre, temps = reponse.headers.get("X-Mesure", "0 0").split()
            sql, cpu = sql + int(nombre), cpu + float(temps)
            octets += reponse.num_bytes_downloaded
        self.reponses.clear()
        return sql, cpu, octets


@contextmanager
def terrain(facteur: float) -> Iterator[Terrain]:
    """Make the country, serve it, and forget it."""
    dossier = Path(tempfile.mkdtemp(prefix="echelle"))
    demo = Demo(dossier, REGLAGES)
    try:
        debut = time.perf_counter()
        demo.gerer("peupler", "--facteur", str(facteur), "--verbosity", "0")
        duree = time.perf_counter() - debut
        with demo:
            fidele, moyenne = demo.sql(_FIDELE)[0]
            grande = demo.sql(_GRANDES)[0][0]
            demo.sql(_MUTER, grande, "Louise")
            demo.sql(_MUTER, moyenne, "Camille")
            _attendre_le_calme(demo)
            yield Terrain(demo, facteur, duree, str(fidele), _nom(demo, grande))
    finally:
        shutil.rmtree(dossier, ignore_errors=True)


def _nom(demo: Demo, structure: object) -> str:
    requete = """
    SELECT u.nom FROM mandats_autorisation a JOIN usagers_usager u ON u.id = a.usager_id
    WHERE a.structure_id = %s AND a.demarche = 'logement' AND a.revoquee_le IS NULL
    AND a.fin > now() + interval '1 hour' ORDER BY a.id LIMIT 1
    """
    return str(demo.sql(requete, structure)[0][0])


def _attendre_le_calme(demo: Demo) -> None:
    """The demo verifies its whole journal when it starts: nothing is measured beside that.

    It seals first, and is ready before both: what it has verified tells that it began.
    """
    limite = time.monotonic() + 900
    while time.monotonic() < limite:
        if not demo.sql("SELECT FROM journal_controle"):
            time.sleep(1)
            continue
        enfants = psutil.Process(demo.processus.pid).children(recursive=True)
        if not any(map(_veille, enfants)):
            return
        time.sleep(1)


def _veille(enfant: psutil.Process) -> bool:
    """Whether it verifies the journal; one that ended stays a zombie until the demo does."""
    try:
        return "veiller_journal" in " ".join(enfant.cmdline())
    except psutil.NoSuchProcess:
        return False
