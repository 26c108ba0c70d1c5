"""`python -m bench mandats [SIGNATURES USAGERS]`: signing, and lists as they grow.

Over HTTP, to gunicorn (one worker of 8 threads, and the workshop that composes for it) on the
embedded PostgreSQL. A signature is one request: its code, its PDF, its seal, its journal rows, and
its mails sent in line. CPU is that of the server's processes; PostgreSQL's is not in it.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from django.core.management import call_command
from django.test import Client

from bench.depots import Depot, depots, temoins
from bench.profil import resumer, suivre
from bench.resultats import ecrire, jour, machine
from bench.serveur import cpu, gunicorn, servir
from tests.guichet import Guichet

ENSEMBLE = (1, 8)
LECTURES = 20
TITRE = """# Mandats, {jour}

{machine}; times in ms.

A signature (three démarches, drawn): the code, the PDF/UA, its PAdES seal, the journal, the mails.
The workshop composes for the web worker, as in production; its CPU is counted.

| at once | signatures | median | p95 | CPU each |
|---|---|---|---|---|
{signatures}

Pages of an aidant, {lectures} readings each:

| page | rows | SQL | median | p95 | CPU |
|---|---|---|---|---|---|
{pages}

{profil}"""


def mediane_et_p95(murs: Sequence[float]) -> str:
    rang = sorted(murs)
    return f"{statistics.median(rang):.0f} | {rang[min(len(rang) - 1, int(len(rang) * 0.95))]:.0f}"


def demander(
    port: int, chemin: str, temoins: str, *, corps: str | None = None, attendu: int = 200
) -> tuple[float, HTTPResponse]:
    """One request on a connection of its own: its wall time in ms, and its answer."""
    http = HTTPConnection("127.0.0.1", port, timeout=120)
    entetes = {"Cookie": temoins, "Content-Type": "application/x-www-form-urlencoded"}
    debut = time.perf_counter()
    http.request("POST" if corps else "GET", chemin, corps, entetes)
    reponse = http.getresponse()
    reponse.read()
    mur = 1000 * (time.perf_counter() - debut)
    http.close()
    if reponse.status != attendu:
        raise RuntimeError(f"{chemin}: {reponse.status}")
    return mur, reponse


# --- Signatures -----------------------------------------------------------------------------------


def signatures(port: int, pid: int, nombre: int, ensemble: int) -> str:
    """Sign so many drafts, so many at once; return a line of the table."""
    prets, avant = depots(nombre), cpu(pid)
    with ThreadPoolExecutor(ensemble) as fils:
        murs = list(fils.map(partial(_signer, port), prets))
    chacune = 1000 * (cpu(pid) - avant) / nombre
    return f"| {ensemble} | {nombre} | {mediane_et_p95(murs)} | {chacune:.0f} |"


def _signer(port: int, depot: Depot) -> float:
    return demander(port, depot.chemin, depot.temoins, corps=depot.corps(), attendu=302)[0]


def profil(nombre: int) -> str:
    """Of signatures in this process, which composes and seals too: a workshop has no profile."""
    with tempfile.TemporaryDirectory(prefix="profil") as dossier:
        for rang, depot in enumerate(depots(nombre + 1)):
            client = Client(headers={"cookie": depot.temoins, "host": urlsplit(_site()).netloc})
            champs = dict(parse_qsl(depot.corps()))
            if rang == 0:  # what the first one loads
                client.post(depot.chemin, champs)
                continue
            with suivre(Path(dossier)):
                reponse = client.post(depot.chemin, champs)
            if reponse.status_code != 302:
                raise RuntimeError(f"{depot.chemin}: {reponse.status_code}")
        return resumer("a signature, its document composed and sealed", Path(dossier), nombre)


def _site() -> str:
    return str(settings.SITE_URL)


# --- Pages ----------------------------------------------------------------------------------------


def pages(port: int, beaucoup: int) -> list[str]:
    """The list of people and one of them, in a young structure, then in one of many people."""
    guichet = Guichet.ouvrir()
    client, lignes = temoins(guichet.poste.aidant), []
    for usagers, mandats in ((10, 10), (beaucoup, beaucoup // 25)):
        guichet.porter_a(usagers=usagers, mandats=mandats)
        liste = _lire(port, "/usagers/", client)
        fiche = _lire(port, f"/usagers/{guichet.fidele.pk}/", client)
        lignes += [f"| usagers | {usagers:,} | {liste} |", f"| one usager | {mandats} | {fiche} |"]
    return sorted(lignes)


def _lire(port: int, chemin: str, temoins: str) -> str:
    demander(port, chemin, temoins)
    murs, cpus, sql = [], [], ""
    for _ in range(LECTURES):
        mur, reponse = demander(port, chemin, temoins)
        sql, temps = (reponse.getheader("X-Mesure") or "0 0").split()
        murs.append(mur)
        cpus.append(float(temps))
    return f"{sql} | {mediane_et_p95(murs)} | {statistics.median(cpus):.0f}"


def main(arguments: Sequence[str]) -> None:
    nombre, usagers = map(int, arguments or (40, 5000))
    avant = os.getloadavg()[0]
    port = urlsplit(_site()).port or 0
    call_command("migrate", verbosity=0)
    with tempfile.TemporaryDirectory(prefix="atelier", ignore_cleanup_errors=True) as atelier:
        os.environ["AC_ATELIER"] = atelier
        with servir(gunicorn(port), port) as pid:
            signatures(port, pid, 4, 2)  # warm
            signees = [signatures(port, pid, nombre, ensemble) for ensemble in ENSEMBLE]
            lues = pages(port, usagers)
        del os.environ["AC_ATELIER"]
    texte = TITRE.format(
        jour=jour(), machine=machine(avant), signatures="\n".join(signees),
        pages="\n".join(lues), lectures=LECTURES, profil=profil(3),
    )  # fmt: skip
    ecrire("mandats", texte)
