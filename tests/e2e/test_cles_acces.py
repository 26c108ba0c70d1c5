"""Passkeys in a real Chromium, with its virtual authenticator."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e import gestes
from tests.e2e.test_accessibilite import verifier
from tests.serveurs import Demo

NOM = "Ordinateur de Nadia"


class Appareil:
    """The browser's own authenticator; its owner is verified, or is not."""

    def __init__(self, page: Page) -> None:
        self.cdp = page.context.new_cdp_session(page)
        self.cdp.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
            "hasUserVerification": True, "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }  # fmt: skip
        reponse = self.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self.id = reponse["authenticatorId"]

    def verifier(self, oui: bool) -> None:
        parametres = {"authenticatorId": self.id, "isUserVerified": oui}
        self.cdp.send("WebAuthn.setUserVerified", parametres)


@pytest.fixture
def appareil(page: Page) -> Appareil:
    return Appareil(page)


def ajouter(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.produit}/compte/")
    page.get_by_role("link", name="Ajouter une clé d’accès").click()
    page.get_by_label("Nom de la clé").fill(NOM)
    verifier(page)
    page.get_by_role("button", name="Créer la clé d’accès").click()
    expect(page).to_have_url(f"{demo.produit}/compte/")
    expect(page.locator(".ac-ligne", has_text=NOM)).to_contain_text("Clé d’accès, depuis le")


def sortir(page: Page) -> None:
    page.get_by_role("button", name="Se déconnecter").first.click()
    expect(page.locator("main")).to_contain_text("Vous êtes déconnecté.")


def presenter(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.produit}/connexion/?next=/compte/")
    page.get_by_role("button", name="Utiliser une clé d’accès").click()


def retirer(page: Page) -> None:
    page.locator(".ac-ligne", has_text=NOM).get_by_role("link", name="Retirer").click()
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".ac-ligne", has_text=NOM)).to_have_count(0)


def actions(demo: Demo, debut: int) -> list[str]:
    lignes = demo.sql("SELECT action FROM journal_entree WHERE id > %s ORDER BY id", debut)
    return [action for (action,) in lignes]


def test_passkey_is_added_logs_in_alone_and_is_removed(
    page: Page, demo: Demo, appareil: Appareil
) -> None:
    debut = demo.sql("SELECT coalesce(max(id), 0) FROM journal_entree")[0][0]
    gestes.se_connecter(page, demo, "Nadia")
    ajouter(page, demo)
    sortir(page)
    presenter(page, demo)
    expect(page).to_have_url(f"{demo.produit}/compte/")
    expect(page.locator(".ac-ligne", has_text=NOM)).to_contain_text("Dernier usage")
    retirer(page)
    sortir(page)
    presenter(page, demo)
    expect(page.get_by_role("alert")).to_contain_text("n’est pas acceptée")
    verifier(page)
    assert actions(demo, debut) == [
        "connexion", "facteur_ajoute", "deconnexion", "connexion", "facteur_retire",
        "deconnexion", "echec_connexion",
    ]  # fmt: skip


def test_owner_who_is_not_verified_is_refused(page: Page, demo: Demo, appareil: Appareil) -> None:
    gestes.se_connecter(page, demo, "Nadia")
    ajouter(page, demo)
    sortir(page)
    appareil.verifier(False)
    presenter(page, demo)
    expect(page.get_by_role("alert")).to_contain_text("Vous avez annulé")
    # Even a browser that was made not to ask: the server reads what the device has signed.
    page.route("**/cles/connexion/debut/", _ne_pas_verifier)
    presenter(page, demo)
    expect(page.get_by_role("alert")).to_contain_text("n’est pas acceptée")
    page.unroute("**/cles/connexion/debut/")
    appareil.verifier(True)
    presenter(page, demo)
    retirer(page)


def _ne_pas_verifier(route: Route) -> None:
    reponse = route.fetch()
    options: Any = reponse.json() | {"userVerification": "discouraged"}
    route.fulfill(response=reponse, json=options)


def test_browser_that_has_a_key_makes_no_second_one(
    page: Page, demo: Demo, appareil: Appareil
) -> None:
    gestes.se_connecter(page, demo, "Nadia")
    ajouter(page, demo)
    page.goto(f"{demo.produit}/compte/cles/nouvelle/")
    page.get_by_role("button", name="Créer la clé d’accès").click()
    expect(page.get_by_role("alert")).to_contain_text("a déjà une clé d’accès")
    verifier(page)
    page.goto(f"{demo.produit}/compte/")
    retirer(page)


def test_nothing_is_offered_without_javascript(chromium: Browser, demo: Demo) -> None:
    contexte = chromium.new_context(locale="fr-FR", java_script_enabled=False)
    page = contexte.new_page()
    page.goto(f"{demo.produit}/connexion/")
    expect(page.get_by_role("button", name="Continuer")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("clé d’accès"))).to_have_count(0)
    contexte.close()
