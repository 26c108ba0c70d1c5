"""Partner sites as processes of their own, each on real software, set up as the guide says."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin

import httpx2
import pytest

from tests.clients.relais import Relais
from tests.poste import Poste
from tests.serveurs import PATIENCE, POUR_UNE_REPONSE, RACINE, port_libre

ICI = Path(__file__).parent
APACHE = shutil.which("apache2") or "/usr/sbin/apache2"
MODULES = Path("/usr/lib/apache2/modules")


@dataclass
class Site:
    """Where a site begins, says who is there, and ends."""

    nom: str
    adresse: str
    depart: str
    moi: str
    fin: str
    fin_par_post: bool = False

    def envoyer(self, poste: Poste) -> str:
        """Ask the site to identify somebody; the address at the product."""
        reponse = poste.client.get(urljoin(self.adresse, self.depart))
        assert reponse.is_redirect, reponse.text
        return str(reponse.headers["Location"])

    def personne(self, poste: Poste) -> dict[str, Any] | None:
        """Who the site holds to be there."""
        reponse = poste.client.get(urljoin(self.adresse, self.moi))
        if self.nom == "mod_auth_openidc":
            noms = ("sub", "given_name", "family_name")
            lus = {nom: reponse.headers.get(f"X-{nom.replace('_', '-')}") for nom in noms}
            return lus if reponse.status_code == 200 and lus["sub"] != "(null)" else None
        return reponse.json()

    def quitter(self, poste: Poste) -> httpx2.Response:
        adresse = urljoin(self.adresse, self.fin)
        return poste.client.post(adresse) if self.fin_par_post else poste.client.get(adresse)


def manque() -> str:
    """What is not installed here, in a sentence; empty when all is there."""
    paquets = (ICI / "node_modules" / nom for nom in ("openid-client-franceconnect", "jose"))
    if not (shutil.which("node") and all(paquet.is_dir() for paquet in paquets)):
        return "Node or tests/clients/node_modules is missing: see `make test`."
    if not (MODULES / "mod_auth_openidc.so").exists():
        return "Apache or its mod_auth_openidc is missing: see .ci/run."
    return ""


def exiger() -> None:
    """Skip with the reason; in continuous integration, fail."""
    if not (raison := manque()):
        return
    if os.environ.get("CI"):
        pytest.fail(raison)
    pytest.skip(raison)


@dataclass
class Monde:
    """Everything that a site's process is told."""

    relais: Relais
    dossier: Path
    pages: Path  # Apache's: started by root, it reads them as somebody else
    secret: dict[str, str]
    cle: dict[str, str]

    def env(self, adresse: str, client: dict[str, str]) -> dict[str, str]:
        gardes = {nom: os.environ[nom] for nom in ("PATH", "HOME", "LANG") if nom in os.environ}
        return gardes | {
            "SERVICE": self.relais.produit,
            "SITE": adresse,
            "RELAIS": self.relais.adresse,
            "HTTP_PROXY": self.relais.adresse,
            "DOSSIER": str(self.dossier),
            "PYTHONPATH": str(RACINE),
            "AUTHLIB_INSECURE_TRANSPORT": "1",
            **{nom.upper(): valeur for nom, valeur in client.items()},
        }


@contextmanager
def _processus(
    monde: Monde, commande: list[str], adresse: str, client: dict[str, str], pret: str
) -> Iterator[None]:
    journal = monde.dossier / f"{Path(commande[0]).name}.txt"
    with journal.open("wb") as sortie:
        processus = subprocess.Popen(
            commande, cwd=RACINE, env=monde.env(adresse, client), stdout=sortie, stderr=sortie
        )
        try:
            _attendre(processus, adresse + pret, journal)
            yield
        finally:
            processus.terminate()
            processus.wait(timeout=PATIENCE)


def _attendre(processus: subprocess.Popen[bytes], adresse: str, journal: Path) -> None:
    limite = time.monotonic() + PATIENCE
    while time.monotonic() < limite and processus.poll() is None:
        try:
            httpx2.get(adresse, trust_env=False, timeout=POUR_UNE_REPONSE)
        except httpx2.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(journal.read_text(errors="replace"))


def preparer_apache(monde: Monde, adresse: str) -> list[str]:
    """Apache under its own folder: nothing of the machine's configuration is read."""
    guide = (ICI / "guide" / "mod_auth_openidc.conf").read_text()
    variables = {
        "DOSSIER": str(monde.dossier),
        "PAGES": str(monde.pages),
        "PORT": adresse.rsplit(":", 1)[1],
        "SITE": adresse,
        "SERVICE": monde.relais.produit,
        "RELAIS": monde.relais.adresse.removeprefix("http://"),
        "CLIENT_ID": monde.secret["client_id"],
        "CLIENT_SECRET": monde.secret["client_secret"],
        "PASSPHRASE": monde.secret["client_secret"][::-1],
    }
    definies = [f'Define {nom} "{valeur}"' for nom, valeur in variables.items()]
    socle = (ICI / "apache.conf").read_text()
    fichier = monde.dossier / "apache.conf"
    fichier.write_text("\n".join([*definies, socle, guide]))
    (monde.pages / "demarche").mkdir()
    (monde.pages / "demarche" / "index.html").write_text("Bonjour")
    monde.pages.chmod(0o755)
    return [APACHE, "-X", "-f", str(fichier)]


@contextmanager
def lances(monde: Monde, adresses: dict[str, str]) -> Iterator[dict[str, Site]]:
    """The four sites, ready."""
    node, apache, python = (adresses[nom] for nom in ("node", "apache", "django"))
    with ExitStack() as pile:
        for commande, adresse, client, pret in (
            (["node", str(ICI / "site_openid_client.mjs")], node, monde.cle, "/jwks"),
            (preparer_apache(monde, apache), apache, monde.secret, "/sortie"),
            ([sys.executable, "-m", "tests.clients.site_django"], python, monde.secret, "/sortie"),
        ):
            pile.enter_context(_processus(monde, commande, adresse, client, pret))
        sortie = urlencode({"logout": f"{apache}/sortie"})
        sites = (
            Site("openid-client", node, "/connexion", "/moi", "/deconnexion"),
            Site(
                "mod_auth_openidc", apache, "/demarche/", "/demarche/", f"/demarche/retour?{sortie}"
            ),
            Site(
                "mozilla-django-oidc", python, "/oidc/authenticate/", "/moi", "/oidc/logout/", True
            ),
            Site("authlib", python, "/authlib/depart", "/moi-authlib", "/authlib/fin"),
        )
        yield {site.nom: site for site in sites}


def adresses_libres() -> dict[str, str]:
    return {nom: f"http://127.0.0.1:{port_libre()}" for nom in ("node", "apache", "django")}


RETOURS = {
    "apache": ("/demarche/retour",),
    "django": ("/oidc/callback/", "/authlib/retour"),
    "node": ("/retour",),
}
