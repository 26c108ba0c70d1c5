"""`python -m bench ajouts [LINES]`: lines appended by acts, beside a plain insert of the same run.

One process, then four, each act a transaction of its own; the sealer runs meanwhile, and its lag
is that of each line under this load. On the database of `bench.journal`.
"""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from multiprocessing import get_context
from typing import Any
from uuid import uuid4

import psycopg
from django.conf import settings
from django.db import transaction

from bench.journal import BASE, INSERER, SIMPLE, abandonner, preparer
from bench.ouvriers import DELAI, ouvrier
from bench.resultats import ecrire, jour, machine
from journal.actions import IDENTIFICATION
from journal.models import Auteur, Cadre, Concerne, Entree

RETARDS = """
SELECT percentile_cont(ARRAY[0.5, 0.99]) WITHIN GROUP (ORDER BY
    (SELECT extract(epoch FROM min(s.instant)) FROM journal_sceau s
     WHERE s.arbre = f.arbre AND s.taille > f.position) - extract(epoch FROM e.instant))
FROM journal_entree e JOIN journal_feuille f ON f.entree_id = e.id WHERE e.id > %s
"""


def par_actes(_hote: str, nombre: int) -> None:
    par = Auteur(genre="aidant", ref=str(uuid4()), nom="Camille DURAND")
    cadre = Cadre(structure_ref=str(uuid4()), structure_nom="Maison de services")
    concerne = Concerne(usager_ref=str(uuid4()), usager_nom="Angèle DUBOIS")
    for _ in range(nombre):
        with transaction.atomic():
            Entree.objects.inscrire(
                IDENTIFICATION, acte=uuid4(), par=par, cadre=cadre, concerne=concerne,
                details={"but": "mandat"},
            )  # fmt: skip


def par_insertion(hote: str, nombre: int) -> None:
    with psycopg.connect(host=hote, user="ac_owner", dbname=BASE, autocommit=True) as lien:
        for _ in range(nombre):
            lien.execute(INSERER, [uuid4(), str(uuid4()), bytes(32)])


def debit(faire: str, hote: str, processus: int, nombre: int) -> float:
    """Lines a second, by so many processes; their start is not counted."""
    contexte = get_context("spawn")
    depart = contexte.Barrier(processus + 1)
    fils = [
        contexte.Process(target=ouvrier, args=(faire, (hote, nombre // processus), depart))
        for _ in range(processus)
    ]
    for fil in fils:
        fil.start()
    depart.wait(DELAI)
    debut = time.perf_counter()
    for fil in fils:
        fil.join()
    return nombre / (time.perf_counter() - debut)


def mesurer(hote: str, nombre: int) -> list[tuple[str, str]]:
    acces: dict[str, Any] = {"host": hote, "user": "ac_owner", "dbname": BASE, "autocommit": True}
    with psycopg.connect(**acces) as lien:
        lien.execute(SIMPLE)
    lignes = []
    for processus in (1, 4):
        for nom, faire in (("acts", "par_actes"), ("plain inserts", "par_insertion")):
            vitesse = debit(f"bench.ajouts.{faire}", hote, processus, nombre)
            lignes.append((f"{nom}, {processus} processes", f"{vitesse:,.0f} lines/s"))
    time.sleep(2)
    with psycopg.connect(**acces) as lien:
        ((median, haut),) = lien.execute(RETARDS, [0]).fetchone() or ((0, 0),)
    lignes.append(("sealing lag under this load, median", f"{1000 * median:,.0f} ms"))
    lignes.append(("the same, 99th percentile", f"{1000 * haut:,.0f} ms"))
    return lignes


def gerer(hote: str, *commande: str) -> "subprocess.Popen[bytes]":
    roles = {"": "ac_app", "_OWNER": "ac_owner", "_SCEAU": "ac_sceau"}
    bases = {f"DATABASE{n}_URL": f"postgres://{r}@/{BASE}?host={hote}" for n, r in roles.items()}
    return subprocess.Popen(  # noqa: S603 - our own commands
        [sys.executable, "manage.py", *commande], env=os.environ | bases, cwd=settings.BASE_DIR
    )


def main(arguments: Sequence[str]) -> None:
    nombre = int(arguments[0].replace("_", "")) if arguments else 20_000
    charge, hote = os.getloadavg()[0], preparer()
    if gerer(hote, "migrate", "--verbosity", "0").wait():
        raise SystemExit("The tables of the bench could not be made.")
    # The processes that write are new ones: they read this address, that of the application's role.
    os.environ["DATABASE_URL"] = f"postgres://ac_app@/{BASE}?host={hote}"
    scelleur = gerer(hote, "sceller")
    try:
        mesures = mesurer(hote, nombre)
    finally:
        scelleur.terminate()
        scelleur.wait()
        abandonner(hote)
    texte = (
        f"# Lines appended, {jour()}\n\n{machine(charge)}, embedded PostgreSQL, {nombre:,} lines "
        "each, the sealer beside.\n\n| what | figure |\n|---|---|\n"
    )
    ecrire("ajouts", texte + "".join(f"| {quoi} | {combien} |\n" for quoi, combien in mesures))
