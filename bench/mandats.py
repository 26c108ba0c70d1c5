"""`python -m bench.mandats [SIGNATURES]`: what signing costs, and whether lists feel their length.

Over HTTP, to gunicorn (one worker of 8 threads, and the workshop that composes for it) on the
embedded PostgreSQL. A signature is one request: its code, its PDF, its seal, its journal rows, and
its mails sent in line. CPU is that of the server's processes; PostgreSQL's is not in it.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import TYPE_CHECKING

from bench.serveur import cpu, gunicorn, servir
from tests.serveurs import port_libre

if TYPE_CHECKING:
    from bench.depots import Depot

RESULTATS = Path(__file__).parent / "results"
ENSEMBLE = (1, 8)
TAILLES = ((10, 10), (5000, 200))  # usagers of a structure, mandats of one of them
LECTURES = 20
TITRE = """# Mandats, {jour}

{coeurs} cores, load {avant:.1f} before, {apres:.1f} after; times in ms.

A signature (three démarches, drawn): the code, the PDF/UA, its PAdES seal, the journal, the mails.
The workshop composes for the web worker, as in production; its CPU is counted.

| at once | signatures | median | p95 | CPU each |
|---|---|---|---|---|
{signatures}

Pages of an aidant, {lectures} readings each:

| page | rows | SQL | median | p95 | CPU |
|---|---|---|---|---|---|
{pages}
"""


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
    from bench.depots import depots  # noqa: PLC0415 - after django.setup

    prets, avant = depots(nombre), cpu(pid)
    with ThreadPoolExecutor(ensemble) as fils:
        murs = list(fils.map(partial(_signer, port), prets))
    chacune = 1000 * (cpu(pid) - avant) / nombre
    return f"| {ensemble} | {nombre} | {mediane_et_p95(murs)} | {chacune:.0f} |"


def _signer(port: int, depot: "Depot") -> float:
    return demander(port, depot.chemin, depot.temoins, corps=depot.corps(), attendu=302)[0]


# --- Pages ----------------------------------------------------------------------------------------


def pages(port: int) -> list[str]:
    """The list of people and one of them, in a young structure, then in an old one."""
    from bench.depots import temoins  # noqa: PLC0415 - after django.setup
    from tests.guichet import Guichet  # noqa: PLC0415 - after django.setup

    guichet = Guichet.ouvrir()
    client, lignes = temoins(guichet.poste.aidant), []
    for usagers, mandats in TAILLES:
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


def main() -> None:
    nombre, port = int(sys.argv[1]) if sys.argv[1:] else 40, port_libre()
    os.environ |= {
        "AC_DOSSIER_DONNEES": tempfile.mkdtemp(prefix="bench"),
        "AC_ATELIER": tempfile.mkdtemp(prefix="atelier"),
        "DJANGO_SETTINGS_MODULE": "bench.reglages_echelle",
        "SITE_URL": f"http://127.0.0.1:{port}",
    }
    import django  # noqa: PLC0415 - after the environment
    from django.core.management import call_command  # noqa: PLC0415 - after the environment

    django.setup()
    call_command("migrate", verbosity=0)
    avant = os.getloadavg()[0]
    with servir(gunicorn(port), port) as pid:
        signatures(port, pid, 4, 2)  # warm
        signees = [signatures(port, pid, nombre, ensemble) for ensemble in ENSEMBLE]
        lues = pages(port)
    jour = f"{datetime.now(UTC):%Y-%m-%d}"
    texte = TITRE.format(
        jour=jour, coeurs=os.cpu_count(), avant=avant, apres=os.getloadavg()[0],
        signatures="\n".join(signees), pages="\n".join(lues), lectures=LECTURES,
    )  # fmt: skip
    (RESULTATS / f"mandats-{jour}.md").write_text(texte)
    sys.stdout.write(texte)


if __name__ == "__main__":
    main()
