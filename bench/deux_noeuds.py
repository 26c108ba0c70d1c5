"""`python -m bench deux_noeuds [SECONDS]`: one web node, then two, behind a proxy, come and go.

Two gunicorns on two ports, of one process each, stand for two machines; they share PostgreSQL,
Redis and the sealer of the fault tests (`tests/faults/`), whose ledger says what became of each
act. Clients end démarches through Apache's balancer, one after the other, each act with its line of
the journal. All runs on this machine, the clients and the proxy with the rest: where its cores are
taken, a second node cannot double what is served, and the CPU beside says who takes them.
"""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from aidants_connect.postgresql_embarque import serveur
from bench.resultats import ecrire, jour, machine
from bench.serveur import cpu
from tests.faults import repartiteur
from tests.faults.chantier import Chantier
from tests.faults.charge import CLIENTS, Charge, preparer

ACTION = "autorisation_revoquee"
GRAINE = 1
RESERVE = 9_000  # mandats: more than are ended meanwhile


class Banc:
    """A load that goes on while nodes come and go, and what it saw of it."""

    def __init__(self, chantier: Chantier, charge: Charge, duree: float) -> None:
        self.chantier, self.charge, self.duree = chantier, charge, duree
        self.lignes: list[str] = []

    def observer(self, quoi: str, *noeuds: str) -> None:
        """Acts acknowledged a second, answers lost, and what each act costs."""
        actes, perdues, avant = self.charge.acquittes, self._perdues(), self._cpu(noeuds)
        debut = time.perf_counter()
        time.sleep(self.duree)
        duree = time.perf_counter() - debut
        faits = max(self.charge.acquittes - actes, 1)
        web, base = (
            1000 * (fin - a) / faits for fin, a in zip(self._cpu(noeuds), avant, strict=True)
        )
        cout = f"{web:.1f} | {base:.1f}"
        self.lignes.append(
            f"| {quoi} | {faits / duree:.1f} | {self._perdues() - perdues} | {cout} |"
        )

    def pendant(self, quoi: str, *gestes: Callable[[], object]) -> None:
        """Answers lost while something is done to the nodes, and a second after."""
        perdues = self._perdues()
        for geste in gestes:
            geste()
        time.sleep(1)
        self.lignes.append(f"| {quoi} | | {self._perdues() - perdues} | | |")

    def _perdues(self) -> int:
        return len(self.charge.registre.erreurs)

    def _cpu(self, noeuds: tuple[str, ...]) -> tuple[float, float]:
        """Seconds of these nodes, and of PostgreSQL."""
        fichier = serveur.dossier(self.chantier.dossier) / "postmaster.pid"
        web = sum(cpu(self.chantier.processus[nom].pid) for nom in noeuds)
        return web, cpu(int(fichier.read_text().split()[0]))


def mesurer(dossier: Path, duree: float) -> tuple[list[str], dict[str, int]]:
    """The lines of the table, and the counts of the ledger."""
    with (
        Chantier(dossier, ouvriers=1, reserve=RESERVE) as chantier,
        repartiteur.repartir(chantier.port, chantier.port_second) as port,
    ):
        charge = preparer(chantier, GRAINE, port)
        banc = Banc(chantier, charge, duree)
        ajouter = partial(chantier.demarrer, "web2")
        with charge.en_cours():
            time.sleep(2)  # what the first requests load
            banc.observer("one node", "web")
            banc.pendant("a node is added", ajouter)
            time.sleep(2)
            banc.observer("two nodes", "web", "web2")
            banc.pendant(
                "both are reloaded", *(partial(chantier.recharger, n) for n in ("web", "web2"))
            )
            banc.pendant("one is killed", partial(chantier.tuer_entier, "web2"))
            banc.observer("one node again", "web")
            banc.pendant("it comes back", ajouter)
            if not charge.mandats:
                raise RuntimeError("Every mandat was ended before the end: raise RESERVE.")
        return banc.lignes, charge.registre.verifier(ACTION)


def main(arguments: Sequence[str]) -> None:
    if repartiteur.absent():
        sys.stdout.write(repartiteur.absent() + "\n")
        return
    charge, duree = os.getloadavg()[0], float(arguments[0]) if arguments else 10.0
    dossier = Path(tempfile.mkdtemp(prefix="noeuds"))
    try:
        lignes, comptes = mesurer(dossier, duree)
    finally:
        shutil.rmtree(dossier, ignore_errors=True)
    texte = [
        f"# Two web nodes, {jour()}",
        "",
        f"{machine(charge)}; {CLIENTS} clients, one process a node, Apache's balancer in front.",
        "",
        "| moment | acts a second | answers lost or 5xx | web, CPU ms an act "
        "| PostgreSQL, CPU ms an act |",
        "|---|---|---|---|---|",
        *lignes,
        "",
        "The ledger: " + ", ".join(f"{nom} {n}" for nom, n in comptes.items()) + ".",
    ]
    ecrire("noeuds", "\n".join(texte) + "\n")
