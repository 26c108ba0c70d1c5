"""The national team's passkey at the door of the administration, in a real Chromium."""

import copy
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress

import httpx2
import pytest
from playwright.sync_api import Page, expect

from tests.e2e import gestes
from tests.e2e.test_accessibilite import verifier
from tests.e2e.test_cles_acces import Appareil
from tests.serveurs import PATIENCE, POUR_UNE_REPONSE, RACINE, Demo, port_libre


@pytest.fixture
def exigeante(demo: Demo) -> Iterator[Demo]:
    """The same service at another address, which asks the national team for a passkey."""
    autre = copy.copy(demo)
    autre.port = port_libre()
    autre.produit = f"http://localhost:{autre.port}"
    autre.environnement = demo.environnement | {"CLE_ACCES_SUPERVISION": "true"}
    serveur = subprocess.Popen(
        [
            sys.executable, "-m", "gunicorn", "aidants_connect.wsgi", "--no-control-socket",
            "--bind", f"127.0.0.1:{autre.port}", "--worker-class", "gthread", "--threads", "8",
        ],
        cwd=RACINE, env=autre.environ(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    _attendre(f"{autre.produit}/sante", serveur)
    yield autre
    serveur.terminate()
    serveur.wait(timeout=PATIENCE)


def _attendre(adresse: str, serveur: "subprocess.Popen[bytes]") -> None:
    limite = time.monotonic() + PATIENCE
    while time.monotonic() < limite and serveur.poll() is None:
        with suppress(httpx2.HTTPError):
            if httpx2.get(adresse, timeout=POUR_UNE_REPONSE).status_code == 200:
                return
        time.sleep(0.1)
    serveur.terminate()
    raise AssertionError(adresse)


def sortir(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.produit}/compte/")
    page.get_by_role("button", name="Se déconnecter").first.click()
    expect(page.locator("main")).to_contain_text("Vous êtes déconnecté.")


def test_member_makes_a_first_key_at_the_door_then_presents_it(
    page: Page, exigeante: Demo, demo: Demo
) -> None:
    Appareil(page)
    administration, porte = f"{exigeante.produit}/administration/", re.compile("/cles/exigee/")
    gestes.se_connecter(page, exigeante, "Paul")
    expect(page).to_have_url(porte)
    verifier(page)
    page.get_by_role("link", name="Créer ma clé d’accès").click()
    page.get_by_label("Nom de la clé").fill("Bureau de Paul")
    page.get_by_role("button", name="Créer la clé d’accès").click()
    expect(page).to_have_url(administration)

    sortir(page, exigeante)
    gestes.se_connecter(page, exigeante, "Paul")
    expect(page).to_have_url(porte)
    verifier(page)
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    expect(page).to_have_url(administration)

    page.goto(f"{exigeante.produit}/compte/")
    cle = page.locator(".ac-ligne", has_text="Bureau de Paul")
    cle.get_by_role("link", name="Retirer").click()
    expect(page.locator("h1")).to_have_text("C’est votre seule clé d’accès")
    verifier(page)

    page.goto(f"{demo.produit}/compte/")  # where none is asked, the last one can go
    cle.get_by_role("link", name="Retirer").click()
    page.locator("main form button[type=submit]").click()
    expect(cle).to_have_count(0)
    sortir(page, demo)
