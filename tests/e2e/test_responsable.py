"""A manager's morning in the admin: people are invited, an account is closed and opened again."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e import gestes
from tests.e2e.test_accessibilite import verifier
from tests.fixtures_demo import DELAI
from tests.serveurs import Demo

EN_NOMBRE = "lea.roux@example.org ; Léa ; Roux ; Secrétaire\ntom.legall ; Tom ; Le Gall"


@pytest.fixture
def aidant(chromium: Browser) -> BrowserContext:
    """Another browser, at the desk of the aidant."""
    contexte = chromium.new_context(locale="fr-FR")
    contexte.set_default_timeout(DELAI)
    return contexte


def regarder(page: Page, titre: str) -> None:
    """The page of this title, once it is there: nothing for axe to say."""
    expect(page.get_by_role("heading", level=1)).to_have_text(titre)
    page.wait_for_load_state()
    verifier(page)


def ouvrir(page: Page, demo: Demo, chemin: str) -> None:
    page.goto(f"{demo.produit}/administration/aidants/{chemin}")
    verifier(page)


def test_people_are_invited_one_then_many(page: Page, demo: Demo) -> None:
    gestes.se_connecter(page, demo, "Nadia")
    ouvrir(page, demo, "invitation/")
    page.get_by_role("link", name="Inviter une personne").click()
    page.get_by_role("button", name="Inviter").click()
    expect(page.locator(".ac-erreurs")).to_have_count(3)
    regarder(page, "Inviter une personne")
    for nom, valeur in (("Adresse électronique", "nora@example.org"), ("Prénom", "Nora")):
        page.get_by_label(nom).fill(valeur)
    page.get_by_label("Nom", exact=True).or_(page.get_by_label("Nom :", exact=True)).fill("Hamel")
    page.get_by_role("button", name="Inviter").click()
    expect(page.locator(".messagelist")).to_contain_text("Nora HAMEL reçoit une invitation")
    expect(page.locator("#result_list")).to_contain_text("nora@example.org")
    page.get_by_role("link", name="Inviter plusieurs personnes").click()
    corriger_puis_inviter(page)
    for adresse in ("lea.roux@example.org", "tom.legall@example.org"):
        expect(page.locator("#result_list")).to_contain_text(adresse)
    envoyes = demo.sql("SELECT adresse FROM aidants_courrier WHERE genre = 'invitation'")
    for adresse in ("nora@example.org", "lea.roux@example.org", "tom.legall@example.org"):
        assert envoyes.count((adresse,)) == 1


def corriger_puis_inviter(page: Page) -> None:
    """A list with a wrong line, corrected where it was typed."""
    liste = page.get_by_label("Liste des personnes")
    liste.fill(EN_NOMBRE)
    page.get_by_role("button", name="Vérifier la liste").click()
    expect(page.get_by_role("heading", name="1 ligne à corriger")).to_be_visible()
    regarder(page, "Inviter plusieurs personnes")
    expect(liste).to_have_value(EN_NOMBRE)
    liste.fill(EN_NOMBRE.replace("tom.legall", "tom.legall@example.org"))
    page.get_by_role("button", name="Vérifier la liste").click()
    expect(page.get_by_role("heading", name="La liste est juste")).to_be_visible()
    regarder(page, "Inviter plusieurs personnes")
    page.get_by_role("button", name="Inviter 2 personnes").click()
    expect(page.locator(".messagelist")).to_contain_text("2 personnes reçoivent une invitation")


def test_account_is_closed_then_opened_again(
    page: Page, demo: Demo, aidant: BrowserContext
) -> None:
    poste = aidant.new_page()
    gestes.se_connecter(poste, demo, "Karim")
    gestes.se_connecter(page, demo, "Nadia")
    ouvrir(page, demo, "aidant/")
    page.get_by_role("link", name="Benali").click()
    regarder(page, "Karim BENALI")
    page.get_by_role("link", name="Désactiver le compte").click()
    page.get_by_role("button", name="Désactiver le compte").click()
    expect(page.locator(".ac-erreurs")).to_have_count(2)
    regarder(page, "Désactiver le compte")
    page.get_by_label("Raison").select_option("demande")
    page.get_by_label("Explication").fill("En congé de longue durée")
    page.get_by_role("button", name="Désactiver le compte").click()
    expect(page.locator(".messagelist")).to_contain_text("est désactivé")
    poste.goto(f"{demo.produit}/espace/")
    expect(poste).to_have_url(re.compile("/connexion/"))
    page.get_by_role("link", name="Réactiver le compte").click()
    page.get_by_label("Motif").fill("De retour")
    page.get_by_role("button", name="Réactiver le compte").click()
    expect(page.locator(".messagelist")).to_contain_text("est réactivé")
    regarder(page, "Karim BENALI")
    gestes.se_connecter(poste, demo, "Karim")
    aidant.close()
