"""`python -m bench oidc [EXCHANGES]`: an exchange, token and userinfo, beside a peer's; whole uses.

The product runs under gunicorn as in production (one worker, its logs at INFO), on the embedded
PostgreSQL, and writes two lines of the journal per exchange. The peer, npm oidc-provider, keeps all
in memory. CPU is that of the server's processes; PostgreSQL's is not in it. Then what whole uses
cost, and how many pass in a second (`bench.flux`).
"""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench import flux
from bench.charge import Cible, mesurer
from bench.codes import partenaire
from bench.profil import resumer, suivre
from bench.resultats import ecrire, jour
from bench.serveur import RACINE, gunicorn, servir
from tests.serveurs import port_libre

PAIR = RACINE / "bench" / "pairs" / "oidc-provider"
CONNEXIONS = (1, 4, 16)
PROFILS = 20
TITRE = """# OpenID Connect, {jour}

{coeurs} cores, load {charge:.1f} before. One exchange = /oidc/token + /oidc/userinfo, in ms; \
CPU of the server's processes. SQL statements of the product: {sql}, transactions left out.

| server | connections | exchanges | CPU | median | p95 | exchanges/s |
|---|---|---|---|---|---|---|
"""


@contextmanager
def produit() -> Iterator[Cible]:
    port = urlsplit(settings.SITE_URL).port or 0
    call_command("migrate", verbosity=0)
    site = partenaire()
    with servir([*gunicorn(port), "--keep-alive", "75"], port) as pid:
        yield Cible(
            "Aidants Connect", port, pid, "/oidc/userinfo",
            lambda nombre: [site.formulaire(code) for code in site.codes(nombre)],
        )  # fmt: skip


@contextmanager
def pair() -> Iterator[Cible]:
    port = port_libre()

    def preparer(nombre: int) -> list[dict[str, str]]:
        http = HTTPConnection("127.0.0.1", port, timeout=60)
        http.request("POST", f"/codes?n={nombre}")
        faits = json.loads(http.getresponse().read())
        return [{**faits["formulaire"], "code": code} for code in faits["codes"]]

    with servir(["node", str(PAIR / "serveur.mjs"), str(port)], port) as pid:
        yield Cible("npm oidc-provider, in memory", port, pid, "/me", preparer, "/token")


class Essai:
    """Exchanges in this process: the codes that they need are made before they are watched."""

    def __init__(self, cible: Cible, nombre: int) -> None:
        self.client = Client(SERVER_NAME="127.0.0.1", SERVER_PORT=str(cible.port))
        self.formulaires = cible.preparer(nombre)
        self.echanger()  # what the first one loads

    def echanger(self) -> None:
        corps, forme = urlencode(self.formulaires.pop()), "application/x-www-form-urlencoded"
        jetons = self.client.post("/oidc/token", corps, content_type=forme).json()
        porteur = {"Authorization": f"Bearer {jetons['access_token']}"}
        reponse = self.client.get("/oidc/userinfo", headers=porteur)
        if reponse.status_code != 200:
            raise RuntimeError(f"userinfo: {reponse.status_code}")


def compter_sql(essai: Essai) -> int:
    """Statements of one exchange, transactions left out."""
    with CaptureQueriesContext(connection) as capture:
        essai.echanger()
    ordres = [requete["sql"].split()[0] for requete in capture.captured_queries]
    return sum(ordre not in ("BEGIN", "COMMIT") for ordre in ordres)


def profiler(essai: Essai, nombre: int) -> str:
    with tempfile.TemporaryDirectory(prefix="profil") as dossier:
        for _ in range(nombre):
            with suivre(Path(dossier)):
                essai.echanger()
        return resumer("an exchange, token and userinfo", Path(dossier), nombre)


def _du_produit(nombre: int) -> tuple[list[str], int, str, str]:
    """Its lines of the table, the statements of an exchange, its profile, and whole uses."""
    with produit() as cible:
        mesurer(cible, 100, 4)  # warm
        essai = Essai(cible, 2 + PROFILS)
        sql = compter_sql(essai)
        profil = profiler(essai, PROFILS)
        lignes = [mesurer(cible, nombre, connexions) for connexions in CONNEXIONS]
    return lignes, sql, profil, flux.mesurer(cible.port, nombre)


def _du_pair(nombre: int) -> list[str]:
    if not (shutil.which("node") and (PAIR / "node_modules").is_dir()):
        return ["", "The peer is not measured: Node, or its packages, are not here."]
    with pair() as cible:
        mesurer(cible, 100, 4)  # warm
        return [mesurer(cible, nombre, connexions) for connexions in CONNEXIONS]


def main(arguments: Sequence[str]) -> None:
    nombre, charge = int(arguments[0]) if arguments else 400, os.getloadavg()[0]
    lignes, sql, profil, utilisations = _du_produit(nombre)
    lignes += _du_pair(nombre)
    titre = TITRE.format(jour=jour(), coeurs=os.cpu_count(), charge=charge, sql=sql)
    ecrire("oidc", "\n".join([titre.rstrip(), *lignes, utilisations, profil]))
