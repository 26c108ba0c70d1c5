"""The demo world as a real process, with a fake product in front of its sites."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.demo.faux_produit import FauxProduit, Reglages
from tests.demo.navigateur import Navigateur
from tests.serveurs import PATIENCE, POUR_UNE_REPONSE, RACINE, port_libre

CLE_TOTP = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


def _fichier(dossier: Path, adresse: str, produit: str) -> Path:
    compte = {
        "role": "aidant",
        "prenom": "Thierry",
        "nom": "Goneau",
        "courriel": "thierry@structure.example",
        "mot_de_passe": "un mot de passe",
        "totp_cle": CLE_TOTP,
        "structures": ["Maison France services"],
    }
    donnees = {
        "produit": produit,
        "monde": adresse,
        "courriels": str(dossier / "courriels"),
        "comptes": [compte],
        "franceconnect": {
            "client_id": "produit-chez-fc",
            "client_secret": "secret-chez-fc",
            "redirect_uris": ["http://localhost:8000/franceconnect/retour/"],
            "post_logout_redirect_uris": ["http://localhost:8000/franceconnect/sortie/"],
        },
        "services": {
            "logement": {"client_id": "site-logement", "client_secret": "secret-logement"},
            "franceconnect": {"client_id": "fc-chez-nous", "client_secret": "secret-fc"},
        },
    }
    fichier = dossier / "demo.json"
    fichier.write_text(json.dumps(donnees), encoding="utf-8")
    return fichier


def _attend(adresse: str, processus: subprocess.Popen[bytes]) -> None:
    fin = time.monotonic() + PATIENCE
    while time.monotonic() < fin and processus.poll() is None:
        try:
            pret = httpx2.get(f"{adresse}/pret", trust_env=False, timeout=POUR_UNE_REPONSE)
            if pret.text == "pret":
                return
        except httpx2.TransportError:
            time.sleep(0.1)
    pytest.fail("The demo world did not start.")


@pytest.fixture(scope="session")
def serveur_produit() -> Iterator[FauxProduit]:
    with FauxProduit() as serveur:
        fil = threading.Thread(target=serveur.serve_forever, daemon=True)
        fil.start()
        yield serveur
        serveur.shutdown()
        fil.join()


@pytest.fixture(scope="session")
def dossier_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    dossier = tmp_path_factory.mktemp("demo")
    (dossier / "courriels").mkdir()
    return dossier


@pytest.fixture(scope="session")
def adresse(dossier_demo: Path, serveur_produit: FauxProduit) -> Iterator[str]:
    """The address of a running demo world."""
    port = port_libre()
    adresse = f"http://127.0.0.1:{port}"
    fichier = _fichier(dossier_demo, adresse, serveur_produit.issuer)
    environ = os.environ | {"DJANGO_SETTINGS_MODULE": "demo.settings", "DEMO_FICHIER": str(fichier)}
    commande = [sys.executable, "-m", "gunicorn", "demo.wsgi", "-b", f"127.0.0.1:{port}"]
    commande += ["--threads", "8", "--no-control-socket"]
    with (dossier_demo / "journal.txt").open("wb") as journal:
        processus = subprocess.Popen(
            commande, cwd=RACINE, env=environ, stdout=journal, stderr=subprocess.STDOUT
        )
        try:
            _attend(adresse, processus)
            yield adresse
        finally:
            processus.terminate()
            processus.wait(timeout=PATIENCE)


@pytest.fixture
def produit(serveur_produit: FauxProduit) -> FauxProduit:
    """The fake product, with its ordinary settings."""
    serveur_produit.reglages = Reglages()
    return serveur_produit


@pytest.fixture
def navigateur(adresse: str) -> Iterator[Navigateur]:
    """A browser without memory of another test."""
    with Navigateur(adresse) as navigateur:
        yield navigateur
