"""`python -m bench demarrage [STARTS]`: first answer, memory of a worker, installed size.

One gunicorn worker, over the demo's data, with a workshop for the documents as in production. Warm:
an aidant has logged in and read the lists; then another has signed mandats and used one on a
site. Memory is what is resident, and
the process's own share of it, where pages that several hold count for a part each (PSS). The size
is that of the packages of requirements.txt, without the bytecode that Python adds, and of the
product's own files.
"""

import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import httpx2
import psutil

from bench.mesurer import PAGES, Chronometre
from bench.resultats import ecrire, jour, machine, noter
from bench.service import Service
from tests.poste import Poste
from tests.serveurs import RACINE, Demo, port_libre

SIGNATURES = 5
# What the image and its gunicorn set.
IMAGE = {"MALLOC_ARENA_MAX": "2", "GUNICORN_CMD_ARGS": "--preload"}
PRODUIT = (
    "aidants", "aidants_connect", "deploiement", "fournisseur_identite", "journal", "mandats",
    "static", "templates", "usagers",
)  # fmt: skip


def demarrer(demo: Demo) -> tuple[float, float]:
    """Seconds from the command to the first page, of wall time and of CPU, by a server of its own
    over the same data."""
    port = port_libre()
    commande = [
        sys.executable, "-m", "gunicorn", "aidants_connect.wsgi", "--bind", f"127.0.0.1:{port}",
        "--worker-class", "gthread", "--threads", "8", "--no-control-socket",
        "--log-level", "warning",
    ]  # fmt: skip
    debut = time.perf_counter()
    with psutil.Popen(
        commande, cwd=RACINE, env=demo.environ() | {"NIVEAU_JOURNAUX": "WARNING"}
    ) as serveur:
        while not _repond(port, demo):
            time.sleep(0.02)
        duree = time.perf_counter() - debut
        temps = [p.cpu_times() for p in (serveur, *serveur.children())]
        serveur.terminate()
    return duree, sum(t.user + t.system for t in temps)


def _repond(port: int, demo: Demo) -> bool:
    hote = demo.produit.removeprefix("http://")
    try:
        adresse = f"http://127.0.0.1:{port}/connexion/"
        return httpx2.get(adresse, timeout=30, headers={"Host": hote}).status_code == 200
    except httpx2.HTTPError:
        return False


def rechauffer(demo: Demo) -> None:
    with Poste(demo, "Karim") as poste:
        poste.se_connecter()
        for chemin in PAGES * 5:
            poste.client.get(demo.produit + chemin)


def signer(demo: Demo) -> None:
    with Poste(demo, "Camille") as poste:
        poste.se_connecter()
        for _ in range(SIGNATURES):
            poste.signer_pour("usuelle", "Hélène L'Héritier", "logement")
        service = Service(demo)
        retour = poste.confirmer(service.demande(), "HÉRITIER")
        jetons = service.jetons(poste.client, retour).json()
        porteur = {"Authorization": f"Bearer {jetons['access_token']}"}
        poste.client.get(f"{demo.produit}/oidc/userinfo", headers=porteur)


def memoire(demo: Demo, moment: str) -> list[str]:
    """A line each for the master, its worker and the workshop, where there is one."""
    serveurs = sorted(Chronometre(demo).processus, key=lambda processus: processus.pid)
    ateliers = [p for p in psutil.process_iter(["cmdline"]) if _est_atelier(p, demo)]
    processus = zip(
        ("gunicorn's master", "worker", "workshop"), [*serveurs, *ateliers], strict=False
    )
    return [_ligne_de_memoire(f"{nom}, {moment}", p) for nom, p in processus]


def _est_atelier(processus: psutil.Process, demo: Demo) -> bool:
    mots = processus.info["cmdline"] or []
    return "atelier" in mots and demo.environnement["AC_ATELIER"] in mots


def _ligne_de_memoire(quoi: str, processus: psutil.Process) -> str:
    vue = processus.memory_full_info()
    residente, part = vue.rss / 1e6, vue.pss / 1e6
    noter(f"memory.{quoi.partition(',')[0]}", residente)
    return f"| memory of the {quoi}: resident, own share | {residente:.0f}, {part:.0f} MB |"


def taille() -> tuple[float, list[tuple[float, str]]]:
    """MB of the packages of production, and the heaviest of them."""
    lignes = (RACINE / "requirements.txt").read_text().splitlines()
    noms = [m.group(1) for ligne in lignes if (m := re.match(r"([A-Za-z0-9._-]+)==", ligne))]
    poids = sorted(((_peser(nom), nom) for nom in noms), reverse=True)
    return sum(mo for mo, _ in poids), poids[:8]


def _peser(nom: str) -> float:
    try:
        fichiers = distribution(nom).files or []
    except PackageNotFoundError:  # of another platform
        return 0.0
    presents = (Path(str(f.locate())) for f in fichiers if f.suffix != ".pyc")
    return sum(f.stat().st_size for f in presents if f.is_file()) / 1e6


def _produit() -> float:
    fichiers = (f for dossier in PRODUIT for f in (RACINE / dossier).rglob("*"))
    return sum(f.stat().st_size for f in fichiers if f.is_file() and f.suffix != ".pyc") / 1e6


def main(arguments: Sequence[str]) -> None:
    charge, essais = os.getloadavg()[0], int(arguments[0]) if arguments else 5
    dossier = Path(tempfile.mkdtemp(prefix="bench"))
    with Demo(dossier, {"AC_ATELIER": str(dossier / "atelier"), **IMAGE}) as demo:
        departs = [demarrer(demo) for _ in range(essais)]
        rechauffer(demo)
        memoires = memoire(demo, "warm, nothing signed")
        signer(demo)
        memoires += memoire(demo, f"{SIGNATURES} mandats signed, one used")
    (total, lourds), propres = taille(), _produit()
    median = statistics.median(duree for duree, _ in departs)
    noter("start.s", median)
    noter("size.MB", total + propres)
    texte = [
        f"# Start, memory, size, {jour()}",
        "",
        f"{machine(charge)}.",
        "",
        "| what | figure |",
        "|---|---|",
        f"| start to first page, fastest of {essais} | {min(departs)[0]:.1f} s |",
        f"| the same, median | {median:.1f} s |",
        f"| CPU of it, least | {min(cpu for _, cpu in departs):.1f} s |",
        *memoires,
        f"| packages of production | {total:.0f} MB |",
        *(f"| of which {nom} | {mo:.1f} MB |" for mo, nom in lourds),
        f"| the product's own files | {propres:.1f} MB |",
    ]
    ecrire("demarrage", "\n".join(texte) + "\n")
