"""FranceConnect's double: oidc-provider, which FranceConnect runs, as a process of its own."""

import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any, Self
from urllib.parse import urljoin

import httpx2
import pytest

from tests.serveurs import PATIENCE, RACINE, port_libre
from tests.usagers.simulateur import CLIENT_ID, CLIENT_SECRET, DIRECT

CLIENTS = RACINE / "tests" / "clients"
DISCOVERY = "/.well-known/openid-configuration"
ANGELA: dict[str, str] = {
    "given_name": "Angela Claire",
    "family_name": "DUBOIS",
    "gender": "female",
    "birthdate": "1962-08-24",
    "birthplace": "75107",
    "birthcountry": "99100",
    "email": "angela@courriel.example",
    "idp_id": "impots",
    "idp_birthdate": "1962-08-24",
}


def exiger() -> None:
    """Skip with the reason; in continuous integration, fail."""
    if shutil.which("node") and (CLIENTS / "node_modules" / "oidc-provider").is_dir():
        return
    raison = "Node or tests/clients/node_modules is missing: see `make test`."
    if os.environ.get("CI"):
        pytest.fail(raison)
    pytest.skip(raison)


class Double:
    def __init__(self, dossier: Path) -> None:
        self.port = port_libre()
        self.issuer = f"http://127.0.0.1:{self.port}"
        self.journal = dossier / "double.txt"

    def __enter__(self) -> Self:
        client = {
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "redirect_uris": ["http://testserver/franceconnect/retour/"],
            "post_logout_redirect_uris": ["http://testserver/franceconnect/sortie/"],
        }
        self.sortie = self.journal.open("wb")
        self.processus = subprocess.Popen(
            ["node", str(CLIENTS / "franceconnect_fs.mjs"), str(self.port)],
            env=os.environ | {"CLIENT": json.dumps(client)},
            stdout=self.sortie, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self._attendre()
        return self

    def __exit__(self, *_: object) -> None:
        self.processus.terminate()
        self.processus.wait(timeout=PATIENCE)
        self.sortie.close()

    def _attendre(self) -> None:
        limite = time.monotonic() + PATIENCE
        while time.monotonic() < limite and self.processus.poll() is None:
            try:
                if httpx2.get(self.issuer + DISCOVERY, **DIRECT).status_code == 200:
                    return
            except httpx2.TransportError:
                time.sleep(0.05)
        raise AssertionError(self.journal.read_text(errors="replace"))

    def casser(self, chemin: str, mode: str) -> None:
        """Break one endpoint; see franceconnect_fs.mjs for the ways. An empty `mode` mends it."""
        donnees = {"chemin": chemin, "mode": mode}
        httpx2.post(f"{self.issuer}/_panne", data=donnees, **DIRECT).raise_for_status()


class Navigateur:
    """The person's browser at FranceConnect, until it is sent back to the product."""

    def __init__(self) -> None:
        self.client = httpx2.Client(**DIRECT)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def repondre(self, adresse: str, **dit: Any) -> str:
        """Go to FranceConnect, answer its question, return the address of the product."""
        page = self._suivre(self.client.get(adresse))
        assert "/choix/" in str(page.url), page.text
        return self._retour(self.client.post(str(page.url), data=dit))

    def s_identifier(self, adresse: str, **autres: str | None) -> str:
        """As Angela, with other claims, of which None removes one, or another `acr`."""
        acr = autres.pop("acr", "") or ""
        claims = {nom: v for nom, v in (ANGELA | autres).items() if v is not None}
        return self.repondre(adresse, identite=json.dumps(claims), acr=acr)

    def sortir(self, adresse: str) -> str:
        """FranceConnect's own question at the logout, answered yes."""
        page = self.client.get(adresse)
        jeton = re.search(r'name="xsrf" value="([^"]+)"', page.text)
        assert jeton, page.text
        reponse = {"xsrf": jeton[1], "logout": "yes"}
        return self._retour(
            self.client.post(f"{page.url.copy_with(query=None)}/confirm", data=reponse)
        )

    def _suivre(self, reponse: httpx2.Response) -> httpx2.Response:
        while reponse.is_redirect and "testserver" not in reponse.headers["Location"]:
            reponse = self.client.get(urljoin(str(reponse.url), reponse.headers["Location"]))
        return reponse

    def _retour(self, reponse: httpx2.Response) -> str:
        derniere = self._suivre(reponse)
        assert derniere.is_redirect, derniere.text
        return str(derniere.headers["Location"])
