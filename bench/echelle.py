"""`python -m bench.echelle [factor...]`: what each page costs over a small country and a large one.

A factor is that of `manage.py peupler`: 1 is 25,000 mandats and 500,000 acts. For each page:
statements, CPU of the product's process (PostgreSQL's beside it), wall time and bytes before
compression; then how each median grew from one factor to the next. One request at a time, over
HTTP, gunicorn with one worker.
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2
import psutil

from bench.mesurer import Service
from bench.terrain import Bureau, Terrain, terrain

RESULTATS = Path(__file__).parent / "results"
NOMBRE = 9  # repetitions, after one that is not counted
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

    @property
    def mediane(self) -> float:
        return statistics.median(self.murs)

    def cases(self) -> str:
        p95 = sorted(self.murs)[min(len(self.murs) - 1, int(len(self.murs) * 0.95))]
        cpu, base = statistics.median(self.cpu), self.base / len(self.murs)
        chiffres = f"{self.sql} | {cpu:.1f} | {base:.1f} | {self.mediane:.1f} | {p95:.1f}"
        return f"{chiffres} | {self.octets / 1000:.1f}"


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
        return mesure

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
        yield banc.page("usagers, the structure of 500 and 1,000 mandats", "/usagers/")
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
    yield banc.page("mandats", "/mandats/")
    yield banc.page("mandats, searched", f"/mandats/?q={nom}")


def _utilisation(banc: Banc, bureau: Bureau, nom: str) -> Iterator[Mesure]:
    service = Service(banc.lieu.demo)
    choix = bureau.ouvrir(service.demande()).adresse
    yield banc.page("choice of the usager in a use", choix)
    yield banc.page("choice of the usager, searched", f"{choix}?q={nom}")
    yield banc.mesurer("whole use, authorize to userinfo", partial(_utiliser, banc, bureau))


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
    charge = f"{avant:.1f} before, {os.getloadavg()[0]:.1f} after"
    return Passage(facteur, lieu.peuple_en, lignes, charge, mesures, taches)


def _section(passage: Passage, precedent: Passage | None) -> str:
    medianes = {m.nom: m.mediane for m in precedent.mesures} if precedent else {}
    titre = f"growth from {precedent.facteur:g}" if precedent else ""
    lignes = [
        f"## Factor {passage.facteur:g}: {passage.lignes:,} lines of journal",
        "",
        f"Made by `peupler` in {passage.peuple_en:.0f} s. Load {passage.charge} (2 cores).".replace(
            "2 cores", f"{os.cpu_count()} cores"
        ),
        "",
        f"| page | SQL | CPU ms | PostgreSQL CPU ms | median ms | p95 ms | kB | {titre} |",
        "|---|---|---|---|---|---|---|---|",
        *(f"| {m.nom} | {m.cases()} | {_croissance(m, medianes)} |" for m in passage.mesures),
        "",
        "| task | seconds |",
        "|---|---|",
        *(f"| {nom} | {duree:.2f} |" for nom, duree in passage.taches.items()),
    ]
    return "\n".join(lignes)


def _croissance(mesure: Mesure, medianes: dict[str, float]) -> str:
    avant = medianes.get(mesure.nom)
    return f"x {mesure.mediane / avant:.1f}" if avant else ""


def main() -> None:
    facteurs = [float(facteur) for facteur in sys.argv[1:]] or [0.1, 1.0, 10.0]
    jour = f"{datetime.now(UTC):%Y-%m-%d}"
    texte, precedent = f"# A country, {jour}\n", None
    for facteur in facteurs:
        passage = passer(facteur)
        texte += f"\n{_section(passage, precedent)}\n"
        (RESULTATS / f"echelle-{jour}.md").write_text(texte)
        precedent = passage
    sys.stdout.write(texte)


if __name__ == "__main__":
    main()
