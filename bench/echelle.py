"""`python -m bench echelle [FACTOR...]`: what each page costs over a small country and a large one.

A factor is that of `manage.py peupler`: 1 is 25,000 mandats and 500,000 acts. For each page:
statements, CPU of the product's process (PostgreSQL's beside it), wall time and bytes before
compression; then how each median grew from one factor to the next, and a profile of the slowest
three and of a whole use. One request at a time, over HTTP, gunicorn with one worker.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2
import psutil

from bench.compteur import PROFIL
from bench.profil import resumer
from bench.resultats import ecrire, jour, noter
from bench.service import Service
from bench.terrain import Bureau, Terrain, terrain

NOMBRE = 9  # repetitions, after one that is not counted
PROFILS = 3  # repetitions of a profile, which is kept of as many of the slowest steps
CINQ_CENTS = "usagers, the structure of 500 and 1,000 mandats"
UTILISATION = "whole use, authorize to userinfo"
_TACHES = """
import json, time
from aidants_connect.models import Releve
from journal import comptes
from journal.models import CompteMensuel, MarqueComptes
faits = {}
for compte in (CompteMensuel, MarqueComptes):  # the demo's start has counted
    compte.objects.all().delete()
for nom, tache in (("journal by month, all of it", comptes.compter),
                   ("journal by month, what is new", comptes.compter),
                   ("public figures", Releve.objects.reprendre)):
    debut = time.perf_counter()
    tache()
    faits[nom] = time.perf_counter() - debut
print("FAITS" + json.dumps(faits))
"""


@dataclass
class Mesure:
    """Repetitions of one step."""

    nom: str
    murs: list[float] = field(default_factory=list)
    sql: int = 0
    cpu: list[float] = field(default_factory=list)
    base: float = 0.0  # CPU of PostgreSQL, in ms, all repetitions together
    octets: int = 0
    profil: str = ""

    @property
    def cpu_median(self) -> float:
        return statistics.median(self.cpu)

    @property
    def mediane(self) -> float:
        return statistics.median(self.murs)

    def cases(self) -> str:
        p95 = sorted(self.murs)[min(len(self.murs) - 1, int(len(self.murs) * 0.95))]
        base = self.base / len(self.murs)
        chiffres = f"{self.sql} | {self.cpu_median:.1f} | {base:.1f} | {self.mediane:.1f}"
        return f"{chiffres} | {p95:.1f} | {self.octets / 1000:.1f}"

    def noter(self, facteur: float) -> None:
        """For the table of what is asked."""
        souche = f"{self.nom}.{facteur:g}"
        noter(f"{souche}.SQL", self.sql)
        noter(f"{souche}.CPU", self.cpu_median)
        noter(f"{souche}.ms", self.mediane)
        noter(f"{souche}.kB", self.octets / 1000)


class Banc:
    """Runs steps from one workstation."""

    def __init__(self, lieu: Terrain, bureau: Bureau) -> None:
        self.lieu, self.bureau = lieu, bureau
        self.pere = lieu.postgresql

    def _base(self) -> float:
        """PostgreSQL's CPU in ms, of what ended too."""
        total = 0.0
        for processus in (self.pere, *self.pere.children()):
            try:
                t = processus.cpu_times()
            except psutil.NoSuchProcess:
                continue
            total += t.user + t.system
        t = self.pere.cpu_times()
        return 1000 * float(total + t.children_user + t.children_system)

    def mesurer(self, nom: str, etape: Callable[[], Any], nombre: int = NOMBRE) -> Mesure:
        mesure = Mesure(nom)
        etape()
        self.bureau.relever()
        for _ in range(nombre):
            avant, debut = self._base(), time.perf_counter()
            etape()
            mesure.murs.append(1000 * (time.perf_counter() - debut))
            mesure.base += self._base() - avant
            mesure.sql, cpu, mesure.octets = self.bureau.relever()
            mesure.cpu.append(cpu)
        mesure.profil = self._profiler(nom, etape)
        return mesure

    def _profiler(self, nom: str, etape: Callable[[], Any]) -> str:
        """The step again, which asks the product for a profile of each of its requests."""
        with tempfile.TemporaryDirectory(prefix="profil") as dossier:
            self.bureau.client.headers[PROFIL] = dossier
            for _ in range(PROFILS):
                etape()
            del self.bureau.client.headers[PROFIL]
            self.bureau.relever()
            return resumer(nom, Path(dossier), PROFILS)

    def page(self, nom: str, chemin: str) -> Mesure:
        return self.mesurer(nom, partial(self._lire, chemin))

    def _lire(self, chemin: str) -> httpx2.Response:
        adresse = chemin if chemin.startswith("http") else self.lieu.demo.produit + chemin
        reponse = self.bureau.client.get(adresse)
        if reponse.status_code != httpx2.codes.OK:
            raise RuntimeError(f"{chemin}: {reponse.status_code}")
        return reponse


def mesurer(lieu: Terrain) -> Iterator[Mesure]:
    nom = quote(lieu.nom[:6])
    with Bureau(lieu.demo, "Louise") as bureau:
        bureau.se_connecter()
        yield from _en_structure(Banc(lieu, bureau), nom)
        yield from _utilisation(Banc(lieu, bureau), bureau, nom)
    with Bureau(lieu.demo, "Camille") as bureau:
        bureau.se_connecter()
        banc = Banc(lieu, bureau)
        yield banc.page(CINQ_CENTS, "/usagers/")
        yield banc.page("usager with 22 mandats", f"/usagers/{lieu.fidele}/")
    with Bureau(lieu.demo, "Paul") as bureau:
        bureau.se_connecter()
        yield from _supervision(Banc(lieu, bureau))
    with Bureau(lieu.demo, "Paul") as bureau:
        bureau.se_connecter()  # an export asks a code of the last five minutes
        banc = Banc(lieu, bureau)
        exporter = partial(_exporter, banc, bureau)
        yield banc.mesurer("export of the journal, its page and first bytes", exporter, 5)
    with Bureau(lieu.demo, "") as bureau:
        yield Banc(lieu, bureau).page("public statistics", "/statistiques/")


def _en_structure(banc: Banc, nom: str) -> Iterator[Mesure]:
    """Of the great structure: a quarter of the usagers, 5,000 at most."""
    yield banc.page("espace", "/espace/")
    yield banc.page("usagers", "/usagers/")
    yield banc.page("usagers, page 10", "/usagers/?page=10")
    yield banc.page("usagers, searched", f"/usagers/?q={nom}")
    yield banc.page("usagers, over", "/usagers/?filtre=termines")
    yield banc.page("usagers, about to end", "/usagers/?filtre=bientot")
    yield banc.page("mandats", "/mandats/")
    yield banc.page("mandats, searched", f"/mandats/?q={nom}")


def _utilisation(banc: Banc, bureau: Bureau, nom: str) -> Iterator[Mesure]:
    service = Service(banc.lieu.demo)
    choix = bureau.ouvrir(service.demande()).adresse
    yield banc.page("choice of the usager in a use", choix)
    yield banc.page("choice of the usager, searched", f"{choix}?q={nom}")
    yield banc.mesurer(UTILISATION, partial(_utiliser, banc, bureau))


def _utiliser(banc: Banc, bureau: Bureau) -> None:
    """Six requests: authorize, the choice, the confirmation and its yes, token, userinfo."""
    service = Service(banc.lieu.demo)
    page = bureau.ouvrir(service.demande())
    lien = next(
        adresse for adresse, _ in page.liens if "/oidc/" in adresse and adresse.count("/") > 4
    )
    page = bureau.ouvrir(banc.lieu.demo.produit + lien)
    reponse = bureau.envoyer(page, page.formulaire(action=""))
    jetons = service.jetons(bureau.client, str(reponse.headers["Location"])).json()
    porteur = {"Authorization": f"Bearer {jetons['access_token']}"}
    identite = bureau.client.get(f"{banc.lieu.demo.produit}/oidc/userinfo", headers=porteur)
    if identite.status_code != httpx2.codes.OK:
        raise RuntimeError(f"userinfo: {identite.status_code}")


def _supervision(banc: Banc) -> Iterator[Mesure]:
    aidant, reference, structure = banc.lieu.demo.sql(
        "SELECT a.nom, m.reference, m.structure_id::text FROM mandats_mandat m"
        " JOIN aidants_aidant a ON a.id = m.aidant_id ORDER BY m.reference LIMIT 1"
    )[0]
    journal, mandats = "/administration/journal/entree/", "/administration/mandats/mandat/"
    yield banc.page("admin, first page", "/administration/")
    yield banc.page("admin journal", journal)
    yield banc.page("admin journal, an aidant's name searched", f"{journal}?q={quote(aidant)}")
    yield banc.page("admin journal, one action", f"{journal}?action=mandat_revoque")
    yield banc.page("admin journal, one structure", f"{journal}?structure={structure}")
    yield banc.page("admin mandats", mandats)
    yield banc.page("admin mandats, a reference searched", f"{mandats}?q={reference}")
    yield banc.page("admin structures", "/administration/aidants/structure/")


def _exporter(banc: Banc, bureau: Bureau) -> None:
    """Its page, then the first bytes of the file."""
    page = bureau.ouvrir(f"{banc.lieu.demo.produit}/administration/journal/entree/export/")
    champs = page.formulaire(champ="preuves").champs
    champs = {nom: valeur for nom, valeur in champs.items() if nom != "preuves"}
    with bureau.client.stream(
        "POST", page.adresse, data=champs, headers={"Referer": page.adresse}
    ) as reponse:
        if reponse.status_code != httpx2.codes.OK:
            raise RuntimeError(f"export: {reponse.status_code}")
        next(reponse.iter_bytes())


# --- Tables ---------------------------------------------------------------------------------------


@dataclass
class Passage:
    """All that was measured over one country."""

    facteur: float
    peuple_en: float
    lignes: int
    charge: str
    mesures: list[Mesure]
    taches: dict[str, float]


def passer(facteur: float) -> Passage:
    avant = os.getloadavg()[0]
    with terrain(facteur) as lieu:
        mesures = []
        for mesure in mesurer(lieu):
            sys.stderr.write(f"{facteur:g} | {mesure.nom} | {mesure.cases()}\n")
            mesures.append(mesure)
        lignes = int(lieu.demo.sql("SELECT count(*) FROM journal_entree")[0][0])
        sortie = lieu.demo.gerer("shell", "--verbosity", "0", "--command", _TACHES)
        taches = json.loads(sortie.rpartition("FAITS")[2])
    for mesure in mesures:
        mesure.noter(facteur)
    medianes = {mesure.nom: mesure.mediane for mesure in mesures}
    noter(f"usagers, 5,000 over 500.{facteur:g}", medianes["usagers"] / medianes[CINQ_CENTS])
    for nom, duree in taches.items():
        noter(f"{nom}.{facteur:g}.s", duree)
    charge = f"{avant:.1f} before, {os.getloadavg()[0]:.1f} after"
    return Passage(facteur, lieu.peuple_en, lignes, charge, mesures, taches)


def _section(passage: Passage, precedent: Passage | None) -> str:
    medianes = {m.nom: m.mediane for m in precedent.mesures} if precedent else {}
    titre = f"growth from {precedent.facteur:g}" if precedent else ""
    lignes = [
        f"## Factor {passage.facteur:g}: {passage.lignes:,} lines of journal",
        "",
        f"Made by `peupler` in {passage.peuple_en:.0f} s. "
        f"Load {passage.charge} ({os.cpu_count()} cores).",
        "",
        f"| page | SQL | CPU ms | PostgreSQL CPU ms | median ms | p95 ms | kB | {titre} |",
        "|---|---|---|---|---|---|---|---|",
        *(f"| {m.nom} | {m.cases()} | {_croissance(m, medianes)} |" for m in passage.mesures),
        "",
        "| task | seconds |",
        "|---|---|",
        *(f"| {nom} | {duree:.2f} |" for nom, duree in passage.taches.items()),
        "",
        *(mesure.profil for mesure in _a_profiler(passage)),
    ]
    return "\n".join(lignes)


def _a_profiler(passage: Passage) -> list[Mesure]:
    """The slowest, and a whole use."""
    lentes = sorted(passage.mesures, key=lambda mesure: -mesure.mediane)
    use = [mesure for mesure in lentes[PROFILS:] if mesure.nom == UTILISATION]
    return [*lentes[:PROFILS], *use]


def _croissance(mesure: Mesure, medianes: dict[str, float]) -> str:
    avant = medianes.get(mesure.nom)
    return f"x {mesure.mediane / avant:.1f}" if avant else ""


def main(arguments: Sequence[str]) -> None:
    facteurs = [float(facteur) for facteur in arguments] or [0.1, 1.0, 10.0]
    texte, precedent = f"# A country, {jour()}\n", None
    for facteur in facteurs:
        passage = passer(facteur)
        texte += f"\n{_section(passage, precedent)}"
        precedent = passage
    ecrire("echelle", texte)
