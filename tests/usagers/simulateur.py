"""The FranceConnect simulator as a process of its own, and the browser that goes there and back."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import httpx2
from django.test import Client

from tests.serveurs import PATIENCE, POUR_UNE_REPONSE, RACINE, port_libre

CLIENT_ID = "produit-chez-fc"
CLIENT_SECRET = "secret-chez-fc"
DIRECT: dict[str, Any] = {"trust_env": False, "timeout": POUR_UNE_REPONSE}
USUELLE = {"identite": "usuelle"}


class Simulateur:
    """`demo.wsgi` under gunicorn, which knows the test client's addresses as its own client."""

    def __init__(self, dossier: Path) -> None:
        self.dossier = dossier
        self.port = port_libre()
        self.adresse = f"http://127.0.0.1:{self.port}"
        self.issuer = f"{self.adresse}/api/v2"

    def __enter__(self) -> Self:
        fichier = self.dossier / "demo.json"
        fichier.write_text(json.dumps(self._monde()), encoding="utf-8")
        propres = {"DJANGO_SETTINGS_MODULE": "demo.settings", "DEMO_FICHIER": str(fichier)}
        commande = [sys.executable, "-m", "gunicorn", "demo.wsgi", "-b", f"127.0.0.1:{self.port}"]
        commande += ["--threads", "8", "--no-control-socket", "--graceful-timeout", "1"]
        self.sortie = (self.dossier / "simulateur.txt").open("wb")
        self.processus = subprocess.Popen(
            commande,
            cwd=RACINE,
            env=os.environ | propres,
            stdout=self.sortie,
            stderr=subprocess.STDOUT,
        )
        self._attendre()
        return self

    def __exit__(self, *_: object) -> None:
        self.processus.terminate()
        self.processus.wait(timeout=PATIENCE)
        self.sortie.close()

    def _monde(self) -> dict[str, Any]:
        return {
            "produit": "http://testserver",
            "monde": self.adresse,
            "courriels": str(self.dossier),
            "comptes": [],
            "franceconnect": {
                "client_id": CLIENT_ID,
                "client_secret": CLIENT_SECRET,
                "redirect_uris": ["http://testserver/franceconnect/retour/"],
                "post_logout_redirect_uris": ["http://testserver/franceconnect/sortie/"],
            },
            "services": {},
        }

    def _attendre(self) -> None:
        limite = time.monotonic() + PATIENCE
        while time.monotonic() < limite and self.processus.poll() is None:
            try:
                if httpx2.get(f"{self.adresse}/pret", **DIRECT).status_code == 200:
                    return
            except httpx2.TransportError:
                time.sleep(0.1)
        raise AssertionError((self.dossier / "simulateur.txt").read_text(errors="replace"))

    def subir(self, panne: str) -> None:
        """Put a breakdown in force at the token endpoint; `aucune` ends it."""
        reponse = httpx2.post(f"{self.adresse}/api/v2/_panne", data={"mode": panne}, **DIRECT)
        assert reponse.status_code == 303, reponse.text


def choisir(adresse: str, bouton: dict[str, str]) -> str:
    """Go to FranceConnect's address, press a button, return where the browser is sent back."""
    with httpx2.Client(**DIRECT) as navigateur:
        page = navigateur.get(adresse)
        assert page.status_code == 303, page.text
        choix = str(page.url.join(page.headers["Location"]))
        return str(navigateur.post(choix, data=bouton).headers["Location"])


def suivre(client: Client, adresse: str) -> Any:
    """Follow, in the product, an address that FranceConnect redirects to."""
    parties = urlsplit(adresse)
    assert parties.netloc == "testserver", adresse
    return client.get(f"{parties.path}?{parties.query}")


def sortir(client: Client, adresse: str) -> Any:
    """Go through FranceConnect's logout, and come back to the product."""
    reponse = httpx2.get(adresse, **DIRECT)
    assert reponse.status_code == 303, reponse.text
    return suivre(client, reponse.headers["Location"])


def s_identifier(client: Client, depart: str, identite: str) -> Any:
    """The whole round trip of an identity, from the form's `depart` to the page that follows."""
    adresse = client.post(depart)["Location"]
    retour = suivre(client, choisir(adresse, {"identite": identite}))
    assert retour.status_code == 302, retour.content.decode()
    return sortir(client, retour["Location"])
