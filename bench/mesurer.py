"""`python -m bench mesurer [REPETITIONS]`: what the main job costs, what pages weigh.

The demo runs as a newcomer starts it; each step is asked over HTTP, one at a time. Wall times are
medians and 95th percentiles in ms; CPU is that of the product's processes, per request. Figures
are written, with the machine's load, to `bench/results/`: no test asserts one.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import TypeVar

import httpx2
import pikepdf
import psutil

from bench import poids
from bench.resultats import ecrire, jour, machine
from bench.service import Service
from mandats import sceau_pdf
from tests.poste import Poste
from tests.serveurs import Demo

T = TypeVar("T")
PAGES = ("/espace/", "/usagers/", "/mandats/", "/mandats/nouveau/", "/mon-mandat/")


@dataclass
class Mesure:
    """Repetitions of one step: wall times in ms, and the CPU that the product spent on them."""

    nom: str
    murs: list[float] = field(default_factory=list)
    cpu: float = 0.0

    def ligne(self) -> str:
        rang = sorted(self.murs)
        p95 = rang[min(len(rang) - 1, int(len(rang) * 0.95))]
        cpu = self.cpu / len(rang)
        return (
            f"| {self.nom} | {len(rang)} | {statistics.median(rang):.1f} | {p95:.1f} | {cpu:.1f} |"
        )


class Chronometre:
    def __init__(self, demo: Demo) -> None:
        adresse = f"127.0.0.1:{demo.port}"
        self.processus = [
            p for p in psutil.process_iter(["cmdline"]) if adresse in (p.info["cmdline"] or [])
        ]

    def _cpu(self) -> float:
        temps = [processus.cpu_times() for processus in self.processus]
        return 1000 * float(sum(t.user + t.system for t in temps))

    def mesurer(self, mesure: Mesure, etape: Callable[[], T]) -> T:
        avant, debut = self._cpu(), time.perf_counter()
        reponse = etape()
        mesure.murs.append(1000 * (time.perf_counter() - debut))
        mesure.cpu += self._cpu() - avant
        return reponse


def mesurer(demo: Demo, nombre: int) -> list[Mesure]:
    chronometre, client = Chronometre(demo), httpx2.Client(trust_env=False, timeout=20)
    mesures = [_signature(demo, chronometre), _sceau(demo, nombre)]
    with Poste(demo, "Karim") as poste:
        poste.se_connecter()
        mesures += _utilisations(demo, chronometre, poste, client, nombre)
        for chemin in PAGES:
            page = Mesure(f"page {chemin}")
            for _ in range(nombre):
                chronometre.mesurer(page, partial(poste.client.get, demo.produit + chemin))
            mesures.append(page)
    return mesures


def _signature(demo: Demo, chronometre: Chronometre) -> Mesure:
    """Signing, with its code, its PDF, its journal rows and its two mails sent in line: once."""
    mesure = Mesure("signature (PDF, journal, mails) and the page that follows")
    with Poste(demo, "Camille") as poste:
        poste.se_connecter()
        page = poste.identifier("usuelle", "logement")
        code = demo.code_totp("Camille")
        chronometre.mesurer(mesure, partial(poste.signer, page, "Hélène L'Héritier", code=code))
    return mesure


def _sceau(demo: Demo, nombre: int) -> Mesure:
    """The seal alone, in this process, with the demo's key, read before."""
    os.environ |= {
        "AC_DOSSIER_DONNEES": str(demo.dossier),
        "DJANGO_SETTINGS_MODULE": "aidants_connect.settings",
    }
    mesure, blanc, pdf = Mesure("seal of a PDF"), BytesIO(), pikepdf.new()
    for _ in range(2):
        pdf.add_blank_page()
    pdf.save(blanc)
    sceau_pdf.sceller(blanc.getvalue())
    for _ in range(nombre):
        debut, avant = time.perf_counter(), time.process_time()
        sceau_pdf.sceller(blanc.getvalue())
        mesure.murs.append(1000 * (time.perf_counter() - debut))
        mesure.cpu += 1000 * (time.process_time() - avant)
    return mesure


def _utilisations(
    demo: Demo, chronometre: Chronometre, poste: Poste, client: httpx2.Client, nombre: int
) -> list[Mesure]:
    token, userinfo, decouverte = (
        Mesure("/oidc/token"),
        Mesure("/oidc/userinfo"),
        Mesure("discovery"),
    )
    for _ in range(nombre):
        service = Service(demo)
        retour = poste.confirmer(service.demande(), "HÉRITIER")
        jetons = chronometre.mesurer(token, partial(service.jetons, client, retour)).json()
        porteur = {"Authorization": f"Bearer {jetons['access_token']}"}
        chronometre.mesurer(
            userinfo, partial(client.get, f"{demo.produit}/oidc/userinfo", headers=porteur)
        )
        chronometre.mesurer(
            decouverte, partial(client.get, f"{demo.produit}/.well-known/openid-configuration")
        )
    return [token, userinfo, decouverte]


def main(arguments: Sequence[str]) -> None:
    nombre = int(arguments[0]) if arguments else 50
    charge = os.getloadavg()[0]
    with Demo(Path(tempfile.mkdtemp(prefix="bench")), {}) as demo:
        lignes = [mesure.ligne() for mesure in mesurer(demo, nombre)]
    tableau = [
        f"# {jour()}",
        "",
        f"{machine(charge)}, one request at a time, one gunicorn worker, embedded PostgreSQL.",
        "",
        "| step | n | median ms | p95 ms | CPU ms |",
        "|---|---|---|---|---|",
        *lignes,
        "",
        *poids.mesurer(),
    ]
    ecrire("etapes", "\n".join(tableau) + "\n")
