"""The same journey without JavaScript, and the back button."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e import gestes
from tests.fixtures_demo import DELAI
from tests.serveurs import Demo


@pytest.fixture
def contexte(chromium: Browser) -> Iterator[BrowserContext]:
    contexte = chromium.new_context(locale="fr-FR", java_script_enabled=False)
    contexte.set_default_timeout(DELAI)
    yield contexte
    contexte.close()


def test_mandat_signed_used_and_ended_without_javascript(page: Page, demo: Demo) -> None:
    gestes.se_connecter(page, demo, "Louise")
    gestes.mandater(page, demo, "Louise", "presumee", "Malika Aït-Oufkir")
    code = gestes.code_papier(gestes.lire_pdf(page, demo))
    page.goto(f"{demo.monde}/logement/")
    page.get_by_role("link", name="Se connecter avec Aidants Connect").click()
    page.get_by_role("link", name=re.compile("OUFKIR")).click()
    page.get_by_role("button", name=re.compile("Se connecter pour")).click()
    expect(page.locator("h2", has_text="Personne connectée")).to_be_visible()
    gestes.ouvrir_mon_mandat(page, demo, code, ("", "", "1962"))
    page.get_by_role("button", name="Tout arrêter").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("C’est arrêté")


def test_back_after_the_signature_leads_to_the_same_mandat(page: Page, demo: Demo) -> None:
    gestes.se_connecter(page, demo, "Samuel")
    gestes.choisir_demarches(page, demo, "logement", jours=31)
    gestes.s_identifier(page, "outremer")
    gestes.declarer(page)
    page.locator("#id_nom_ecrit").fill("Jean-Noël Payet")
    gestes.signer(page, demo, "Samuel")
    signe = page.url
    page.go_back()
    page.reload()
    expect(page).to_have_url(signe)
