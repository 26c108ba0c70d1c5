"""`python -m bench.oidc`: what an exchange costs, token and userinfo, and what it costs a peer;
then what whole uses cost, and how many pass in a second (`bench.flux`).

The product runs under gunicorn as in production (one worker, its logs at INFO), on the embedded
PostgreSQL, and writes two lines of the journal per exchange. The peer, npm oidc-provider, keeps all
in memory. CPU is that of the server's processes; PostgreSQL's is not in it.
"""

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection
from urllib.parse import urlencode

from bench.charge import Cible, mesurer
from bench.serveur import RACINE, gunicorn, servir
from tests.serveurs import port_libre

PAIR = RACINE / "bench" / "pairs" / "oidc-provider"
CONNEXIONS = (1, 4, 16)
TITRE = """# OpenID Connect, {jour}

{coeurs} cores, load {charge:.1f} before. One exchange = /oidc/token + /oidc/userinfo, in ms; \
CPU of the server's processes. SQL statements of the product: {sql}, transactions left out.

| server | connections | exchanges | CPU | median | p95 | exchanges/s |
|---|---|---|---|---|---|---|
"""


@contextmanager
def produit() -> Iterator[Cible]:
    from django.core.management import call_command  # noqa: PLC0415 - after the settings

    port = port_libre()
    os.environ["SITE_URL"] = f"http://127.0.0.1:{port}"
    call_command("migrate", verbosity=0)
    from bench.codes import partenaire  # noqa: PLC0415 - after the settings

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


def compter_sql(cible: Cible) -> int:
    """Statements of one exchange, transactions left out, counted in this process."""
    from django.db import connection  # noqa: PLC0415 - after the settings
    from django.test import Client  # noqa: PLC0415 - after django.setup
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415 - after django.setup

    (formulaire,) = cible.preparer(1)
    client = Client(SERVER_NAME="127.0.0.1", SERVER_PORT=str(cible.port))
    corps, forme = urlencode(formulaire), "application/x-www-form-urlencoded"
    with CaptureQueriesContext(connection) as capture:
        jetons = client.post("/oidc/token", corps, content_type=forme).json()
        porteur = {"Authorization": f"Bearer {jetons['access_token']}"}
        assert client.get("/oidc/userinfo", headers=porteur).status_code == 200  # noqa: S101 - a bench that measures errors measures nothing
    ordres = [requete["sql"].split()[0] for requete in capture.captured_queries]
    return sum(ordre not in ("BEGIN", "COMMIT") for ordre in ordres)


def main() -> None:
    nombre = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    donnees = tempfile.mkdtemp(prefix="bench")
    os.environ |= {
        "AC_DOSSIER_DONNEES": donnees,
        "DJANGO_SETTINGS_MODULE": "aidants_connect.settings",
        "NIVEAU_JOURNAUX": "INFO",
    }
    import django  # noqa: PLC0415 - after the environment

    django.setup()
    from bench.flux import mesurer as utiliser  # noqa: PLC0415 - after the settings

    charge, lignes, sql, flux = os.getloadavg()[0], [], 0, ""
    for serveur in (produit, pair):
        if serveur is pair and not (shutil.which("node") and (PAIR / "node_modules").is_dir()):
            lignes.append("\nThe peer is not measured: Node, or its packages, are not here.")
            continue
        with serveur() as cible:
            mesurer(cible, 100, 4)  # warm
            if serveur is produit:
                compter_sql(cible)
                sql = compter_sql(cible)
            lignes += [mesurer(cible, nombre, connexions) for connexions in CONNEXIONS]
        if serveur is produit:
            flux = utiliser(cible.port, nombre)
    jour = f"{datetime.now(UTC):%Y-%m-%d}"
    titre = TITRE.format(jour=jour, coeurs=os.cpu_count(), charge=charge, sql=sql)
    tableau = titre + "\n".join(lignes) + "\n" + flux
    (RACINE / "bench" / "results" / f"oidc-{jour}.md").write_text(tableau)
    sys.stdout.write(tableau)


if __name__ == "__main__":
    main()
