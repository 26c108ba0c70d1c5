"""`python -m bench lecture [LINES]`: the supervision's journal over 5,000,000 lines.

A country of `peupler` (factor 1: 500,000 lines), whose journal is then repeated, year before year,
by PostgreSQL itself. Each page is asked of the product in this process, one at a time: statements,
CPU of this process and of PostgreSQL (least of the repetitions), wall time (median). Plain inserts
of the same minutes stand beside, as the measure of the machine.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import psutil
import psycopg
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client

from aidants_connect.peuplement.copie import sans_entraves
from aidants_connect.postgresql_embarque import serveur
from bench.journal import INSERER, SIMPLE
from bench.profil import resumer, suivre
from bench.resultats import ecrire, jour, machine
from tests.clients_http import ouvrir_session
from tests.factories import AidantFactory

BASE, LIGNES, FOIS = "aidants_connect", 5_000_000, 7
JOURNAL = "/administration/journal/entree/"
TABLES = {"journal_entree": "id", "journal_sujet": "entree_id"}
SANS_DELAI = "-c statement_timeout=0 -c synchronous_commit=off -c maintenance_work_mem=512MB"
# Whom the most lines are of.
GRANDE = """
SELECT structure_ref FROM journal_entree WHERE structure_ref <> ''
GROUP BY 1 ORDER BY count(*) DESC LIMIT 1
"""
FECOND = """
SELECT a.id::text, a.prenom || ' ' || a.nom FROM aidants_aidant a JOIN (
    SELECT auteur_ref, count(*) AS lignes FROM journal_sujet GROUP BY 1) s
ON s.auteur_ref = a.id::text ORDER BY s.lignes DESC LIMIT 1
"""
REFERENCE = "SELECT reference FROM mandats_mandat ORDER BY id LIMIT 1"
MILIEU = """
SELECT id, instant FROM journal_entree WHERE id = (SELECT max(id) / 2 FROM journal_entree)
"""


# --- The lines ------------------------------------------------------------------------------------


def peupler(voulues: int) -> str:
    """The country, smaller where fewer lines are asked for; return where PostgreSQL listens."""
    hote = serveur.demarrer(settings.DOSSIER_DONNEES)
    facteur = str(min(1.0, voulues / 500_000))
    commande = [sys.executable, "manage.py", "peupler", "--facteur", facteur, "--verbosity", "0"]
    subprocess.run(commande, check=True)  # noqa: S603 - our own command
    return hote


def repeter(hote: str, voulues: int) -> int:
    """Write the journal's lines again, each time a whole span later; return how many there are."""
    acces: dict[str, Any] = {"host": hote, "user": "ac_owner", "dbname": BASE, "autocommit": True}
    with psycopg.connect(**acces, options=SANS_DELAI) as lien:
        derniere, duree = lien.execute(
            "SELECT max(id), max(instant) - min(instant) FROM journal_entree"
        ).fetchone() or (0, 0)
        fois = max(1, round(voulues / derniere))
        with sans_entraves(lien, list(TABLES)):
            passe = "UPDATE journal_entree SET instant = instant - %s * %s"
            lien.execute(passe, [fois - 1, duree])
            for table, cle in TABLES.items():
                lien.execute(
                    _repeter(lien, table, cle),
                    {"rang": derniere, "duree": duree, "fois": fois - 1},
                )
        lien.execute(f"ALTER TABLE journal_entree ALTER id RESTART WITH {derniere * fois + 1}")
        for table in TABLES:
            lien.execute(f"VACUUM ANALYZE {table}")
    return int(derniere * fois)


def _repeter(lien: "psycopg.Connection[Any]", table: str, cle: str) -> Any:
    """The order that writes a table's lines again: another id, act and time, the rest as it is."""
    colonnes = [c.name for c in lien.execute(f"SELECT * FROM {table} LIMIT 0").description or ()]  # noqa: S608 - our own names
    autres = {
        cle: f"l.{cle} + k * %(rang)s",
        "acte": "gen_random_uuid()",
        "instant": "l.instant + k * %(duree)s",
    }
    valeurs = ", ".join(autres.get(colonne, f"l.{colonne}") for colonne in colonnes)
    systeme = "OVERRIDING SYSTEM VALUE" if cle == "id" else ""
    return f"""
        INSERT INTO {table} ({", ".join(colonnes)}) {systeme}
        SELECT {valeurs} FROM generate_series(1, %(fois)s) k
        CROSS JOIN LATERAL (SELECT * FROM {table} WHERE {cle} <= %(rang)s OFFSET 0) l
    """  # noqa: S608 - our own names


# --- The pages ------------------------------------------------------------------------------------


@dataclass
class Cout:
    """What one step took, in milliseconds; `murs` and CPU of each repetition."""

    nom: str
    sql: int
    murs: list[float]
    processus: list[float]
    base: float

    @property
    def ligne(self) -> str:
        mur, cpu = statistics.median(self.murs), min(self.processus)
        return f"| {self.nom} | {self.sql} | {cpu:.0f} | {self.base:.0f} | {mur:.0f} |"


class Banc:
    def __init__(self) -> None:
        self.connexion = connection
        connection.ensure_connection()
        pid = connection.connection.info.backend_pid
        self.serveur = psutil.Process(pid)

    def _base(self) -> float:
        return 1000 * float(sum(self.serveur.cpu_times()[:2]))

    def mesurer(self, nom: str, faire: Callable[[], object], fois: int = FOIS) -> Cout:
        requetes: list[str] = []

        def compter(executer: Any, sql: str, *reste: Any) -> Any:
            requetes.append(sql)
            return executer(sql, *reste)

        with self.connexion.execute_wrapper(compter):
            faire()
        murs, processus, base = [], [], self._base()
        for _ in range(fois):
            debut, cpu = time.perf_counter(), time.process_time()
            faire()
            murs.append(1000 * (time.perf_counter() - debut))
            processus.append(1000 * (time.process_time() - cpu))
        base = (self._base() - base) / fois
        return Cout(nom, len(requetes), murs, processus, base)


def pages() -> Iterator[tuple[str, str]]:
    """What is asked: its name, its address."""
    structure, aidant, nom, reference, milieu, instant = _sujets()
    mois = f"instant__year={instant.year}&instant__month={instant.month}"
    yield "list, first page", ""
    yield "list, from the middle on", f"?avant={milieu}"
    yield "one action, of many lines", "?action=jeton_remis"
    yield "one action, of few lines", "?action=mandat_revoque"
    yield "the structure of most lines", f"?structure={structure}"
    fins = f"?structure={structure}&action=autorisation_revoquee"
    yield "that structure, one action of few lines", fins
    yield "the aidant of most lines", f"?aidant={aidant}"
    yield "one démarche", "?demarche=logement"
    yield "a year", f"?instant__year={instant.year}"
    yield "a month", f"?{mois}"
    yield "a day", f"?{mois}&instant__day={instant.day}"
    yield "a month of that structure", f"?{mois}&structure={structure}"
    yield "a month of that aidant", f"?{mois}&aidant={aidant}"
    yield "a month, one action of few lines", f"?{mois}&action=mandat_revoque"
    yield "search: an aidant's name", f"?q={quote(nom)}"
    yield "search: a name of many", f"?q={quote(nom.split()[-1])}"
    yield "search: structures", "?q=Maison"
    yield "search: a mandat's reference", f"?q={reference}"
    yield "search: nobody", "?q=zzzz"


def _sujets() -> tuple[Any, ...]:
    valeurs: list[Any] = []
    with connection.cursor() as curseur:
        for requete in (GRANDE, FECOND, REFERENCE, MILIEU):
            curseur.execute(requete)
            valeurs += curseur.fetchall()[0]
    return tuple(valeurs)


def mesurer(hote: str) -> tuple[list[Cout], list[str]]:
    """What each page takes, then the profiles of the slowest three."""
    client, banc = Client(headers={"host": urlsplit(settings.SITE_URL).netloc}), Banc()
    ouvrir_session(
        client, AidantFactory(supervision=True, courriel=f"bench-{time.time_ns()}@example.org")
    )
    couts, adresses = [], dict(pages())
    for nom, adresse in adresses.items():
        cache.clear()
        couts.append(banc.mesurer(nom, partial(_lire, client, adresse)))
    lentes = sorted(couts, key=lambda cout: -statistics.median(cout.murs))[:3]
    profils = [_profiler(cout.nom, partial(_lire, client, adresses[cout.nom])) for cout in lentes]
    couts.append(banc.mesurer("export, its page", partial(_lire, client, "export/"), 3))
    premiers = partial(_exporter, client, entier=False)
    couts.append(banc.mesurer("export, first bytes", premiers, 3))
    tout = partial(_exporter, client, entier=True)
    couts.append(banc.mesurer("export, 100,000 lines", tout, 1))
    couts.append(banc.mesurer("plain inserts, 1,000 one by one", partial(_inserer, hote), 3))
    return couts, profils


def _profiler(nom: str, faire: Callable[[], object], fois: int = 3) -> str:
    with tempfile.TemporaryDirectory(prefix="profil") as dossier:
        for _ in range(fois):
            cache.clear()
            with suivre(Path(dossier)):
                faire()
        return resumer(nom, Path(dossier), fois)


def _lire(client: Any, adresse: str) -> None:
    reponse = client.get(JOURNAL + adresse)
    if reponse.status_code != 200:
        raise RuntimeError(f"{adresse}: {reponse.status_code}")


def _exporter(client: Any, *, entier: bool) -> None:
    flux = iter(client.post(f"{JOURNAL}export/").streaming_content)
    lues = sum(len(morceau.splitlines()) for morceau in flux) if entier else next(flux)
    if not lues:
        raise RuntimeError("The export is empty.")


def _inserer(hote: str) -> None:
    with psycopg.connect(host=hote, user="ac_owner", dbname=BASE, autocommit=True) as lien:
        lien.execute(SIMPLE)
        for rang in range(1000):
            lien.execute(INSERER, [f"{rang:032x}", "", bytes(32)])


def main(arguments: Sequence[str]) -> None:
    voulues = int(arguments[0].replace("_", "")) if arguments else LIGNES
    charge, debut = os.getloadavg()[0], time.perf_counter()
    hote = peupler(voulues)
    lignes = repeter(hote, voulues)
    faites = time.perf_counter() - debut
    couts, profils = mesurer(hote)
    texte = (
        f"# Reading the journal, {jour()}\n\n{lignes:,} lines, made in {faites:.0f} s. "
        f"{machine(charge)}, embedded PostgreSQL; one page at a time, as the supervision reads it. "
        "In ms.\n\n| page | SQL | CPU | PostgreSQL CPU | median |\n|---|---|---|---|---|\n"
    )
    texte += "".join(f"{cout.ligne}\n" for cout in couts)
    ecrire("journal-lecture", "\n".join([texte, *profils]))
