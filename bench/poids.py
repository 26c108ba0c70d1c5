"""What a page weighs on the wire, and in how many requests, in a real Chromium with an empty cache.

Static files are those that production serves. A page of people who are logged in is compressed by
the proxy in production, which is not there: its own weight counts as gzip makes it.
"""

import gzip
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from tests.fixtures_demo import CHROMIUM, OPTIONS
from tests.serveurs import RACINE, Demo

PUBLIQUES = (
    "/", "/parcours/", "/parcours/logement/deces-non/", "/parcours/logement/deces-oui/",
    "/parcours/a-preciser/deces-non/numero-non/", "/parcours/arbre/", "/orientation/",
    "/comprendre-franceconnect/", "/les-demarches/", "/ce-que-je-signe/", "/langues/",
    "/langues/ar/accueil/", "/questions-frequentes/", "/statistiques/", "/plan-du-site/",
    "/accessibilite/", "/mentions-legales/", "/donnees-personnelles/", "/conditions-d-utilisation/",
    "/connexion/", "/mon-mandat/", "/verifier/", "/verifier/AC-2222-2222/",
)  # fmt: skip
REGLAGES = {"DJANGO_SETTINGS_MODULE": "bench.reglages_poids"}
GENRES = {"Document": "page", "Stylesheet": "style", "Script": "script", "Font": "fonts"}


@dataclass
class Visite:
    """The files of one page, as the browser received them: their kind and their bytes."""

    chemin: str
    fichiers: dict[str, tuple[str, int]] = field(default_factory=dict)

    def ligne(self) -> str:
        sommes = {genre: self._poids(genre) for genre in (*GENRES.values(), "images")}
        kilos = " | ".join(f"{poids / 1000:.1f}" for poids in sommes.values())
        total = sum(sommes.values()) / 1000
        return f"| {self.chemin} | {len(self.fichiers)} | {total:.1f} | {kilos} |"

    def _poids(self, genre: str) -> int:
        return sum(poids for sien, poids in self.fichiers.values() if sien == genre)


class Guetteur:
    """Listens to what the browser receives; headers count, as they do on the wire."""

    def __init__(self, session: CDPSession, visite: Visite) -> None:
        self.visite = visite
        self.genres: dict[str, tuple[str, str]] = {}
        session.send("Network.enable")
        session.on("Network.responseReceived", self._recu)
        session.on("Network.loadingFinished", self._fini)

    def _recu(self, evenement: dict[str, Any]) -> None:
        self.genres[evenement["requestId"]] = evenement["type"], evenement["response"]["url"]

    def _fini(self, evenement: dict[str, Any]) -> None:
        genre, adresse = self.genres.get(evenement["requestId"], ("", "data:"))
        if not adresse.startswith("data:"):
            poids = int(evenement["encodedDataLength"])
            self.visite.fichiers[adresse] = GENRES.get(genre, "images"), poids


def visiter(chromium: Browser, demo: Demo, chemin: str) -> Visite:
    contexte = chromium.new_context(locale="fr-FR", viewport={"width": 1280, "height": 720})
    page, visite = contexte.new_page(), Visite(chemin)
    Guetteur(contexte.new_cdp_session(page), visite)
    page.goto(demo.produit + chemin, wait_until="load")
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(500)
    _comprimer(page, visite)
    contexte.close()
    return visite


def _comprimer(page: Page, visite: Visite) -> None:
    """The page itself as the proxy would send it, when the product did not compress it."""
    genre, poids = visite.fichiers[page.url]
    corps = len(gzip.compress(page.content().encode()))
    visite.fichiers[page.url] = genre, min(poids, corps + 800)  # and its headers


@contextmanager
def servir() -> Iterator[Demo]:
    """The demo, with the static files of production collected for it alone."""
    with tempfile.TemporaryDirectory(prefix="poids") as statiques:
        environnement = REGLAGES | {"AC_DOSSIER_STATIQUE": statiques}
        _collecter(environnement)
        with Demo(Path(tempfile.mkdtemp(prefix="poids")), environnement) as demo:
            yield demo


def _collecter(environnement: dict[str, str]) -> None:
    commande = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(commande, cwd=RACINE, env=os.environ | environnement, check=True)  # noqa: S603 - our own commands


def mesurer() -> list[str]:
    """A Markdown table, one row a page; a sentence where there is no Chromium."""
    if CHROMIUM is None:
        return ["Page weights: Chromium is not installed."]
    with servir() as demo, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        lignes = [visiter(chromium, demo, chemin).ligne() for chemin in PUBLIQUES]
        chromium.close()
    return [
        "First view of a page, cache empty, kB on the wire (headers and favicon included):",
        "",
        "| page | requests | total | page | style | script | fonts | images |",
        "|---|---|---|---|---|---|---|---|",
        *lignes,
    ]


if __name__ == "__main__":
    sys.stdout.write("\n".join(mesurer()) + "\n")
