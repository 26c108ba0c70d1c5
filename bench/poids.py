"""What a page weighs on the wire, and in how many requests, in a real Chromium with an empty cache.

Static files are those that production serves, under names that never change. What comes from
elsewhere is counted, and so is a file that a browser may not keep for good. A page of people who
are logged in is compressed by the proxy in production, which is not there: its own weight counts as
gzip makes it.
"""

import gzip
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from bench.resultats import noter
from bench.service import Service
from tests.fixtures_demo import CHROMIUM, OPTIONS
from tests.poste import Poste
from tests.serveurs import RACINE, Demo

PUBLIQUES = (
    "/", "/parcours/", "/parcours/logement/deces-non/", "/parcours/logement/deces-oui/",
    "/parcours/a-preciser/deces-non/numero-non/", "/parcours/arbre/", "/orientation/",
    "/comprendre-franceconnect/", "/les-demarches/", "/ce-que-je-signe/", "/langues/",
    "/langues/ar/accueil/", "/questions-frequentes/", "/statistiques/", "/journal/",
    "/plan-du-site/", "/accessibilite/", "/mentions-legales/", "/donnees-personnelles/",
    "/conditions-d-utilisation/", "/connexion/", "/mot-de-passe/oublie/", "/mon-mandat/",
    "/verifier/", "/verifier/preuve/", "/verifier/AC-2222-2222/",
)  # fmt: skip
AIDANT = (
    "/espace/", "/usagers/", "/mandats/", "/mandats/nouveau/", "/compte/", "/compte/cles/nouvelle/",
)  # fmt: skip
REGLAGES = {"DJANGO_SETTINGS_MODULE": "bench.reglages_poids"}
_UN_USAGER = re.compile(r"^/usagers/[0-9a-f-]{36}/$")
_UN_MANDAT = re.compile(r"^/mandats/[0-9a-f-]{36}/$")
_UNE_AUTORISATION = re.compile(r"/autorisations/")
GENRES = {"Document": "page", "Stylesheet": "style", "Script": "script", "Font": "fonts"}


@dataclass
class Visite:
    """The files of one page, as the browser received them: their kind and their bytes."""

    chemin: str
    fichiers: dict[str, tuple[str, int]] = field(default_factory=dict)
    etrangers: int = 0  # from another host
    passagers: int = 0  # static, and not to be kept for good

    @property
    def total(self) -> float:
        """In kB."""
        return sum(poids for _, poids in self.fichiers.values()) / 1000

    def ligne(self) -> str:
        kilos = " | ".join(f"{self._poids(g) / 1000:.1f}" for g in (*GENRES.values(), "images"))
        return f"| {self.chemin} | {len(self.fichiers)} | {self.total:.1f} | {kilos} |"

    def _poids(self, genre: str) -> int:
        return sum(poids for sien, poids in self.fichiers.values() if sien == genre)


class Guetteur:
    """Listens to what the browser receives; headers count, as they do on the wire."""

    def __init__(self, session: CDPSession, visite: Visite, hote: str) -> None:
        self.visite, self.hote = visite, hote
        self.genres: dict[str, tuple[str, str]] = {}
        session.send("Network.enable")
        session.on("Network.responseReceived", self._recu)
        session.on("Network.loadingFinished", self._fini)

    def _recu(self, evenement: dict[str, Any]) -> None:
        reponse = evenement["response"]
        genre, adresse = evenement["type"], reponse["url"]
        self.genres[evenement["requestId"]] = genre, adresse
        if adresse.startswith("data:"):
            return
        entetes = {nom.lower(): valeur for nom, valeur in reponse["headers"].items()}
        garde = "immutable" in entetes.get("cache-control", "")
        self.visite.etrangers += not adresse.startswith(self.hote)
        self.visite.passagers += genre != "Document" and not garde

    def _fini(self, evenement: dict[str, Any]) -> None:
        genre, adresse = self.genres.get(evenement["requestId"], ("", "data:"))
        if not adresse.startswith("data:"):
            poids = int(evenement["encodedDataLength"])
            self.visite.fichiers[adresse] = GENRES.get(genre, "images"), poids


def visiter(chromium: Browser, demo: Demo, chemin: str, temoins: list[Any] | None = None) -> Visite:
    contexte = chromium.new_context(locale="fr-FR", viewport={"width": 1280, "height": 720})
    contexte.add_cookies(temoins or [])
    page, visite = contexte.new_page(), Visite(chemin)
    Guetteur(contexte.new_cdp_session(page), visite, demo.produit)
    page.goto(urljoin(demo.produit, chemin), wait_until="load")
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


# --- An aidant's pages ----------------------------------------------------------------------------


def _de_l_aidant(poste: Poste) -> Iterator[tuple[str, str]]:
    """What an aidant opens in a day: the name of a page, its address."""
    for chemin in AIDANT:
        yield chemin, chemin
    yield "/usagers/(one)/", _premier(poste, "/usagers/", _UN_USAGER)
    yield "/mandats/(one)/", _premier(poste, "/mandats/", _UN_MANDAT)
    yield "/mandats/(draft)/signature/", poste.identifier("usuelle", "logement").adresse
    choix = poste.ouvrir(Service(poste.demo).demande())
    yield "/oidc/ (choice of the person)", choix.adresse
    yield "/oidc/ (confirmation)", _premier(poste, choix.adresse, _UNE_AUTORISATION)


def _premier(poste: Poste, adresse: str, motif: re.Pattern[str]) -> str:
    """The first address of this kind that a page leads to."""
    page = poste.ouvrir(urljoin(poste.demo.produit, adresse))
    return next(lien for lien, _ in page.liens if motif.search(lien))


def _temoins(poste: Poste) -> list[Any]:
    return [
        {"name": biscuit.name, "value": biscuit.value or "", "url": poste.demo.produit}
        for biscuit in poste.client.cookies.jar
    ]


def visites(chromium: Browser, demo: Demo) -> Iterator[Visite]:
    for chemin in PUBLIQUES:
        yield visiter(chromium, demo, chemin)
    with Poste(demo, "Camille") as poste:
        poste.se_connecter()
        poste.signer_pour("usuelle", "Hélène L'Héritier", "logement")
        for nom, adresse in list(_de_l_aidant(poste)):
            visite = visiter(chromium, demo, adresse, _temoins(poste))
            visite.chemin = nom
            yield visite


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
        vues = list(visites(chromium, demo))
        chromium.close()
    noter("weight.kB", max(vue.total for vue in vues))
    noter("weight.files", max(len(vue.fichiers) for vue in vues))
    noter("weight.elsewhere", sum(vue.etrangers for vue in vues))
    noter("weight.not immutable", sum(vue.passagers for vue in vues))
    return [
        "First view of a page, cache empty, kB on the wire (headers and favicon included); "
        f"{sum(vue.etrangers for vue in vues)} files from elsewhere, "
        f"{sum(vue.passagers for vue in vues)} static files that may not be kept for good:",
        "",
        "| page | requests | total | page | style | script | fonts | images |",
        "|---|---|---|---|---|---|---|---|",
        *(vue.ligne() for vue in vues),
    ]


if __name__ == "__main__":
    sys.stdout.write("\n".join(mesurer()) + "\n")
