"""`python -m bench journal [LINES]`: what sealing, verifying and proving the journal costs.

On the embedded PostgreSQL, in a database of its own that is dropped at the end. Lines are written
by COPY as the owner, sealed by the real sealer, verified whole, and proved at random places.
"""

import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import psutil
import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from aidants_connect.postgresql_embarque import serveur
from bench.profil import resumer, suivre
from bench.resultats import ecrire, jour, machine
from journal.registre import Registre
from journal.role import sous_le_role
from journal.scelleur import Scelleur
from journal.verification import Verification
from tests.journal.registre_de_test import PLUME, verser

T = TypeVar("T")
BASE = "bench_journal"
LOT = 100_000
INSERTIONS = 2_000
SIMPLE = """
CREATE TABLE IF NOT EXISTS bench_simple (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, acte uuid,
    instant timestamptz DEFAULT now(), action text, structure_ref text, structure_nom text,
    details jsonb, engagement bytea)
"""
INSERER = """
INSERT INTO bench_simple (acte, action, structure_ref, structure_nom, details, engagement)
VALUES (%s, 'identification', %s, 'Maison de services', '{"but": "mandat"}', %s)
"""


def chronometrer(faire: Callable[[], T]) -> tuple[T, float]:
    debut = time.perf_counter()
    return faire(), time.perf_counter() - debut


def preparer() -> str:
    """A new database, and the connection's settings pointed at it, as the owner."""
    hote = serveur.demarrer(settings.DOSSIER_DONNEES)
    with psycopg.connect(host=hote, user="postgres", dbname="postgres", autocommit=True) as lien:
        lien.execute(f"DROP DATABASE IF EXISTS {BASE}")
        lien.execute(f"CREATE DATABASE {BASE} OWNER {serveur.ROLE_PROPRIETAIRE}")
    acces = settings.DATABASES["default"]
    acces["OPTIONS"].pop("pool", None)
    acces |= {"HOST": hote, "NAME": BASE}
    return hote


def inserer(connexion: Any) -> None:
    """What the machine can do at this time: lines without a journal's walls, one by one."""
    with connexion.cursor() as curseur:
        curseur.execute(SIMPLE)
        for _ in range(INSERTIONS):
            curseur.execute(INSERER, [uuid4(), "", bytes(32)])


def mesurer(nombre: int) -> tuple[list[tuple[str, str]], str]:
    """The lines of the table, and the profile of a verification."""
    call_command("migrate", verbosity=0)
    hasard = random.Random(1)  # noqa: S311 - repeatable
    connection.settings_dict["USER"] = settings.BASE_PROPRIETAIRE["USER"]
    connection.close()

    def ecrire() -> None:
        for _ in range(0, nombre, LOT):
            with transaction.atomic():
                verser(min(LOT, nombre), hasard)
        connection.cursor().execute("VACUUM ANALYZE")

    _, simple = chronometrer(lambda: inserer(connection))
    _, ecriture = chronometrer(ecrire)
    with sous_le_role("sceau") as lien:
        scelles, scellement = chronometrer(Scelleur(lien, PLUME).passer)
        repos = [chronometrer(Scelleur(lien, PLUME).passer)[1] for _ in range(3)]
    connection.cursor().execute("VACUUM ANALYZE")
    with sous_le_role("audit") as lien:
        registre = Registre(lien)
        registre.regler()
        voisin = psutil.Process(registre.lire("SELECT pg_backend_pid()")[0][0])
        avant = sum(voisin.cpu_times()[:2])
        processeur = time.process_time()
        constats, duree = chronometrer(lambda: list(Verification(registre, PLUME.cle).constats()))
        processeur = time.process_time() - processeur
        cote_base = sum(voisin.cpu_times()[:2]) - avant
        sceau = registre.dernier_sceau()
        if sceau is None or constats or scelles < nombre or sceau.taille != scelles:
            raise SystemExit(f"The bench's own journal is wrong: {constats[:3]}")
        preuves = [
            chronometrer(
                lambda: registre.chemin(sceau.arbre, hasard.randrange(nombre), sceau.taille)
            )[1]
            for _ in range(100)
        ]
        profil = _profiler(registre)
    rang = sorted(1000 * preuve for preuve in preuves)
    lignes = [
        ("lines", f"{nombre:,}"),
        ("plain inserts, one by one", f"{INSERTIONS / simple:,.0f} lines/s"),
        ("written by COPY as the owner", f"{nombre / ecriture:,.0f} lines/s"),
        ("sealed, in batches of 5,000", f"{scelles / scellement:,.0f} lines/s"),
        ("first pass of a sealer with nothing to seal", f"{1000 * min(repos):,.0f} ms"),
        (
            "all sealed, verified whole (J01 to J13), nothing found",
            f"{duree:.1f} s, {nombre / duree:,.0f} lines/s",
        ),
        ("CPU of the verifying process", f"{processeur:.1f} s"),
        ("CPU of PostgreSQL for it", f"{cote_base:.1f} s"),
        ("inclusion proof from the database", f"{statistics.median(rang):.1f} ms median"),
        ("the same, 95th percentile of 100", f"{rang[94]:.1f} ms"),
    ]
    return lignes, profil


def _profiler(registre: Registre) -> str:
    with tempfile.TemporaryDirectory(prefix="profil") as dossier:
        with suivre(Path(dossier)):
            list(Verification(registre, PLUME.cle).constats())
        return resumer("the whole verification", Path(dossier), 1)


def abandonner(hote: str) -> None:
    """Drop the database of the bench."""
    with psycopg.connect(host=hote, user="postgres", dbname="postgres", autocommit=True) as lien:
        lien.execute(f"DROP DATABASE IF EXISTS {BASE} WITH (FORCE)")


def main(arguments: Sequence[str]) -> None:
    nombre = int(arguments[0].replace("_", "")) if arguments else 1_000_000
    charge, hote = os.getloadavg()[0], preparer()
    try:
        mesures, profil = mesurer(nombre)
    finally:
        abandonner(hote)
    texte = f"# The journal, {jour()}\n\n{machine(charge)}, embedded PostgreSQL.\n\n"
    texte += "| what | figure |\n|---|---|\n"
    texte += "".join(f"| {quoi} | {combien} |\n" for quoi, combien in mesures)
    ecrire("journal", f"{texte}\n{profil}")
