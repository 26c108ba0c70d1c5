"""Whole uses under load: authorize, the choice, the confirmation and its yes, token, userinfo.

One gunicorn worker a core; each connection is an aidant at work, of one structure of 25 people, and
starts the next use when the one before is over. The load and PostgreSQL run on the same cores.
"""

import hashlib
import os
import re
import secrets
import statistics
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPResponse
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.test import Client

from aidants_connect.postgresql_embarque import serveur
from bench.codes import RETOUR
from bench.resultats import noter
from bench.serveur import cpu, gunicorn, servir
from journal.actions import UTILISATION
from journal.models import Entree
from tests import clients_http, factories

CONNEXIONS = (1, 4, 16)
PERSONNES = 25
TITRE = """
## Whole uses

Six requests each, one worker a core, {personnes} people to choose from, in ms; CPU is that of the
server's processes, then PostgreSQL's. Each was found in the journal afterwards.

| connections | uses | CPU | PostgreSQL CPU | median | p95 | uses/s |
|---|---|---|---|---|---|---|
"""
_LIEN = re.compile(r'href="(/oidc/demandes/[^"]*/autorisations/[^"]+)"')
_CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_adresses = count()  # each use comes from a place of its own: none is slowed down


class Aidant:
    """One browser, and the FS's server that it is sent back to."""

    def __init__(self, port: int, cookies: dict[str, str], fs: dict[str, str]) -> None:
        self.http = HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies, self.fs = cookies, fs

    def utiliser(self) -> float:
        debut, verifier, numero = time.perf_counter(), secrets.token_urlsafe(32), next(_adresses)
        self.adresse = f"10.{numero >> 16 & 255}.{numero >> 8 & 255}.{numero & 255}"
        choix = self._aller(303, "GET", f"/oidc/authorize?{urlencode(self._demande(verifier))}")[0]
        lien = _trouver(_LIEN, self._aller(200, "GET", choix)[1])
        jeton = _trouver(_CSRF, self._aller(200, "GET", lien)[1])
        retour = self._aller(303, "POST", lien, {"csrfmiddlewaretoken": jeton})[0]
        code = parse_qs(urlsplit(retour).query)["code"][0]
        echange = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": RETOUR,
            "code_verifier": verifier, **self.fs,
        }  # fmt: skip
        corps = self._aller(200, "POST", "/oidc/token", echange)[1]
        acces = _trouver(re.compile('"access_token": ?"([^"]+)"'), corps)
        self._aller(200, "GET", "/oidc/userinfo", Authorization=f"Bearer {acces}")
        return 1000 * (time.perf_counter() - debut)

    def _demande(self, verifier: str) -> dict[str, str]:
        condense = hashlib.sha256(verifier.encode()).digest()
        return {
            "response_type": "code", "client_id": self.fs["client_id"], "redirect_uri": RETOUR,
            "scope": "openid profile birth email", "state": secrets.token_urlsafe(16),
            "nonce": secrets.token_urlsafe(16), "code_challenge_method": "S256",
            "code_challenge": urlsafe_b64encode(condense).rstrip(b"=").decode(),
        }  # fmt: skip

    def _aller(
        self,
        statut: int,
        methode: str,
        chemin: str,
        champs: dict[str, str] | None = None,
        **en: str,
    ) -> tuple[str, str]:
        """Where one is sent, and what is answered."""
        en |= {"X-Forwarded-For": self.adresse}
        en["Cookie"] = "; ".join(f"{nom}={valeur}" for nom, valeur in self.cookies.items())
        if champs is not None:
            en["Content-Type"] = "application/x-www-form-urlencoded"
        self.http.request(methode, chemin, urlencode(champs) if champs else None, en)
        reponse = self.http.getresponse()
        texte = reponse.read().decode()
        if reponse.status != statut:
            raise RuntimeError(f"{chemin}: {reponse.status} {texte[:300]}")
        self._retenir(reponse)
        return reponse.headers.get("Location", ""), texte

    def _retenir(self, reponse: HTTPResponse) -> None:
        for pose in reponse.headers.get_all("Set-Cookie", []):
            nom, _, valeur = pose.partition(";")[0].partition("=")
            self.cookies[nom] = valeur


def _trouver(motif: re.Pattern[str], texte: str) -> str:
    trouve = motif.search(texte)
    if trouve is None:
        raise RuntimeError(f"{motif.pattern} is not in the page.")
    return trouve[1]


def mesurer(port: int, nombre: int) -> str:
    """Serve the product on this port, which the settings name already, and use it."""
    os.environ["NOMBRE_PROXYS"] = "1"
    ouvrir, utilisations = _peupler()
    commande = [*gunicorn(port), "--keep-alive", "75", "--workers", str(os.cpu_count())]
    lignes, debits = [], []
    with servir(commande, port) as pid:
        for connexions in CONNEXIONS:
            aidants = [Aidant(port, *ouvrir()) for _ in range(connexions)]
            _charger(aidants, 20 * connexions)  # warm
            avant = utilisations()
            ligne, debit = _mesurer(aidants, nombre, pid)
            lignes.append(ligne)
            debits.append(debit)
            if utilisations() != avant + nombre:
                raise RuntimeError("Each use has one line of the journal.")
    del os.environ["NOMBRE_PROXYS"]
    noter("uses.per second", max(debits))
    return TITRE.format(personnes=PERSONNES) + "\n".join(lignes) + "\n"


def _charger(aidants: list[Aidant], nombre: int) -> list[float]:
    def travailler(rang: int) -> list[float]:
        return [aidants[rang].utiliser() for _ in range(rang, nombre, len(aidants))]

    with ThreadPoolExecutor(len(aidants)) as fils:
        return sorted(mur for murs in fils.map(travailler, range(len(aidants))) for mur in murs)


def _mesurer(aidants: list[Aidant], nombre: int, pid: int) -> tuple[str, float]:
    """A line of the table, and the uses in a second."""
    base = _postgresql()
    avant, avant_base, debut = cpu(pid), cpu(base), time.perf_counter()
    murs = _charger(aidants, nombre)
    duree, du_serveur, de_la_base = time.perf_counter() - debut, cpu(pid), cpu(base)
    ligne = (
        f"| {len(aidants)} | {nombre} | {1000 * (du_serveur - avant) / nombre:.1f} "
        f"| {1000 * (de_la_base - avant_base) / nombre:.1f} | {statistics.median(murs):.1f} "
        f"| {murs[int(len(murs) * 0.95)]:.1f} | {nombre / duree:.0f} |"
    )
    return ligne, nombre / duree


def _postgresql() -> int:
    donnees = serveur.dossier(Path(os.environ["AC_DOSSIER_DONNEES"]))
    return int((donnees / "postmaster.pid").read_text().splitlines()[0])


def _peupler() -> tuple[Callable[[], Any], Callable[[], int]]:
    """What opens the session of one more aidant, and what counts the uses in the journal."""
    structure = factories.StructureFactory()
    for _ in range(PERSONNES):
        factories.MandatFactory(structure=structure, demarches=["logement"])
    fs = factories.FournisseurServiceFactory(redirect_uris=[RETOUR])
    acces = {"client_id": str(fs.client_id), "client_secret": fs.poser_secret()}
    fs.save()

    def ouvrir() -> tuple[dict[str, str], dict[str, str]]:
        client = Client()
        aidant = factories.AppartenanceFactory(structure=structure).aidant
        clients_http.ouvrir_session(client, aidant)
        return {nom: biscuit.value for nom, biscuit in client.cookies.items()}, acces

    return ouvrir, lambda: Entree.objects.filter(action=UTILISATION.cle).count()
