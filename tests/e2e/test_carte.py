"""A TOTP card, from the supplier's file to the login of the aidant who holds it."""

import re
import secrets
import time

from django_otp.oath import hotp
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.e2e import gestes
from tests.serveurs import Demo

DERIVE = 4  # steps of 30 s by which the card's clock is late


def pas_present() -> int:
    return int(time.time()) // 30


def code(cle: bytes, pas: int) -> str:
    return f"{hotp(cle, pas):06d}"


def code_suivant(demo: Demo, serie: str, cle: bytes) -> str:
    """What the card shows, or will in a moment if that code was given already."""
    ((dernier, decalage),) = demo.sql(
        "SELECT dernier_pas, decalage FROM aidants_appareiltotp WHERE name = %s", f"Carte {serie}"
    )
    return code(cle, max(dernier + 1, pas_present() + decalage))


def importer(page: Page, demo: Demo, serie: str, cle: bytes) -> None:
    """The supervision's part: a wrong file first, then the right one."""
    page.goto(f"{demo.produit}/administration/aidants/cartetotp/")
    page.get_by_role("link", name="Importer des cartes").click()
    for graine, attendu in (("perdue", "1 problème dans ce fichier"), (cle.hex(), "1 carte prête")):
        contenu = f"Numéro de série;Clé\n{serie};{graine}\n".encode("cp1252")
        fichier = FilePayload(name="cartes.csv", mimeType="text/csv", buffer=contenu)
        page.get_by_label("Fichier des cartes").set_input_files(fichier)
        page.get_by_role("button", name="Vérifier le fichier").click()
        expect(page.get_by_role("heading", level=2)).to_have_text(attendu)
    page.get_by_role("button", name="Importer 1 carte").click()
    expect(page.locator(".messagelist")).to_contain_text("La carte est importée")


def preter(page: Page, demo: Demo, nom: str, serie: str, cle: bytes) -> None:
    """The manager's part, on the aidant's page."""
    page.goto(f"{demo.produit}/administration/aidants/aidant/?q={nom}")
    page.locator("#result_list tbody a").first.click()
    page.get_by_role("link", name="Associer une carte").click()
    page.get_by_label("Numéro de série").fill(serie.lower())
    page.get_by_role("button", name="Associer une carte").click()
    page.get_by_role("link", name="Valider la carte").click()
    page.get_by_label("Code affiché par la carte").fill(code(cle, pas_present() - DERIVE))
    page.get_by_role("button", name="Valider la carte").click()
    expect(page.locator(".messagelist")).to_contain_text("est en service")


def test_card_from_the_supplier_to_the_login(page: Page, chromium: Browser, demo: Demo) -> None:
    serie, cle = f"AC-{secrets.token_hex(4).upper()}", secrets.token_bytes(20)
    gestes.se_connecter(page, demo, "Paul")
    importer(page, demo, serie, cle)

    bureau = chromium.new_context(locale="fr-FR").new_page()
    gestes.se_connecter(bureau, demo, "Nadia")
    preter(bureau, demo, "Benali", serie, cle)
    bureau.context.close()

    poste = chromium.new_context(locale="fr-FR").new_page()
    compte = demo.compte("Karim")
    poste.goto(f"{demo.produit}/connexion/")
    poste.get_by_label("Adresse électronique").fill(compte["courriel"])
    poste.get_by_label("Mot de passe", exact=True).fill(compte["mot_de_passe"])
    poste.get_by_role("button", name="Continuer").click()
    poste.locator("#id_code").fill(code_suivant(demo, serie, cle))
    poste.get_by_role("button", name="Se connecter").click()
    expect(poste).to_have_url(re.compile("/espace/"))
    poste.context.close()
    assert demo.sql(
        "SELECT etat FROM aidants_cartetotp WHERE serie = %s AND aidant_id IS NOT NULL", serie
    ) == [("validee",)]
