"""« Mon mandat » as the usager: keyboard alone, without JavaScript, in two tabs, going back."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import gestes
from tests.e2e.test_accessibilite import verifier
from tests.fixtures_demo import DELAI
from tests.serveurs import Demo

NOM, NAISSANCE = "Hélène L'Héritier", ("14", "3", "1957")


def signer(page: Page, demo: Demo, prenom: str, *demarches: str) -> str:
    """Sign beside an aidant; return the paper code."""
    gestes.se_connecter(page, demo, prenom)
    gestes.choisir_demarches(page, demo, *demarches)
    gestes.s_identifier(page)
    gestes.declarer(page)
    page.locator("#id_nom_ecrit").fill(NOM)
    gestes.signer(page, demo, prenom)
    return gestes.code_papier(gestes.lire_pdf(page, demo))


@pytest.fixture
def usager(chromium: Browser) -> Iterator[Page]:
    """The usager's own browser, with no mouse."""
    contexte = chromium.new_context(locale="fr-FR", viewport={"width": 1280, "height": 720})
    contexte.set_default_timeout(DELAI)
    yield contexte.new_page()
    contexte.close()


@pytest.fixture
def sans_script(chromium: Browser) -> Iterator[Page]:
    contexte = chromium.new_context(locale="fr-FR", java_script_enabled=False)
    contexte.set_default_timeout(DELAI)
    yield contexte.new_page()
    contexte.close()


def aller_a(page: Page, nom: str, essais: int = 60) -> None:
    """Press Tab until the focus is on what bears this name."""
    for _ in range(essais):
        page.keyboard.press("Tab")
        ici = page.evaluate("(e => (e.labels?.[0] ?? e).innerText ?? '')(document.activeElement)")
        if nom in ici.replace("\u00a0", " "):
            return
    raise AssertionError(f"No « {nom} » under the keyboard on {page.url}")


def titre(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def test_one_demarche_then_all_with_the_keyboard_alone(
    page: Page, usager: Page, demo: Demo
) -> None:
    code = signer(page, demo, "Camille", "logement", "social")
    usager.goto(f"{demo.produit}/mon-mandat/")
    aller_a(usager, "Le code écrit sur votre papier")
    usager.keyboard.type(code)
    usager.keyboard.press("Enter")
    expect(usager).to_have_url(re.compile("/naissance/"))
    for nom, valeur in zip(("Jour", "Mois", "Année"), NAISSANCE, strict=True):
        aller_a(usager, nom)
        usager.keyboard.type(valeur)
    usager.keyboard.press("Enter")
    expect(usager.get_by_role("heading", level=1)).to_contain_text("Mon mandat avec")
    aller_a(usager, "Arrêter seulement : Logement")
    usager.keyboard.press("Enter")
    expect(usager.get_by_role("heading", level=1)).to_have_text("C’est arrêté")
    expect(usager.get_by_text("Ce qui continue")).to_be_visible()
    aller_a(usager, "Revoir ce mandat")
    usager.keyboard.press("Enter")
    expect(usager.get_by_role("heading", name="Tout arrêter")).to_be_visible()
    aller_a(usager, "Tout arrêter")
    usager.keyboard.press("Enter")
    expect(usager.get_by_text("Plus rien n’est en cours")).to_be_visible()


def test_ending_without_javascript_with_a_reason_and_a_receipt(
    page: Page, sans_script: Page, demo: Demo
) -> None:
    code = signer(page, demo, "Karim", "famille", "social")
    gestes.ouvrir_mon_mandat(sans_script, demo, code, NAISSANCE)
    sans_script.locator("summary").first.click()
    sans_script.locator("textarea").fill("Je déménage.")
    sans_script.get_by_role("button", name=re.compile("Arrêter seulement : Famille")).click()
    assert titre(sans_script) == "C’est arrêté"
    lien = sans_script.locator("a[href$='recu.pdf']").get_attribute("href")
    recu = sans_script.context.request.get(f"{demo.produit}{lien}")
    assert recu.headers["content-type"] == "application/pdf"


def test_two_tabs_and_the_back_button_end_it_once(page: Page, usager: Page, demo: Demo) -> None:
    code = signer(page, demo, "Samuel", "logement")
    gestes.ouvrir_mon_mandat(usager, demo, code, NAISSANCE)
    onglet = usager.context.new_page()
    onglet.goto(usager.url)
    for tour in (usager, onglet):
        tour.get_by_role("button", name="Tout arrêter").click()
        expect(tour.get_by_role("heading", level=1)).to_have_text("C’est arrêté")
    usager.go_back()
    usager.reload()
    expect(usager.get_by_text("Rien n’est en cours")).to_be_visible()
    reference = re.search(r"AC-\w{4}-\w{4}", usager.locator("main").inner_text())
    assert reference
    lignes = demo.sql(
        "SELECT count(*) FROM mandats_avis a JOIN mandats_mandat m ON m.id = a.mandat_id"
        " WHERE m.reference = %s AND a.genre = 'revocation' AND a.destinataire = 'structure'",
        reference.group(),
    )
    assert lignes == [(1,)]


def test_address_code_uses_and_denial_are_accessible(page: Page, usager: Page, demo: Demo) -> None:
    code = signer(page, demo, "Camille", "travail")
    page.get_by_role("link", name=re.compile("Voir la fiche")).click()
    page.get_by_role("link", name="Comment prévenir cette personne").click()
    verifier(page)
    page.locator("input[name='courriel-adresse']").fill("pas une adresse")
    page.get_by_role("button", name="Recevoir un code par courriel").click()
    verifier(page)
    page.locator("input[name='courriel-adresse']").fill("helene@maison.test")
    page.get_by_role("button", name="Recevoir un code par courriel").click()
    verifier(page)
    page.locator("#id_code").fill(dernier_code(page, demo, "Aidants Connect"))
    page.get_by_role("button", name="Confirmer").click()
    expect(page.get_by_text("L’adresse est confirmée")).to_be_visible()
    gestes.ouvrir_mon_mandat(usager, demo, code, NAISSANCE)
    verifier(usager)
    usager.get_by_role("button", name="Recevoir un code").click()
    verifier(usager)
    usager.locator("#id_code").fill(dernier_code(page, demo, "voir ce qui a été fait"))
    usager.get_by_role("button", name="Voir ce qui a été fait").click()
    expect(usager).to_have_url(re.compile("/utilisations/"))
    verifier(usager)
    usager.get_by_role("link", name="Revoir ou arrêter ce mandat").click()
    usager.get_by_role("button", name="Tout arrêter").click()
    verifier(usager)
    usager.goto(lien_de_contestation(page, demo))
    verifier(usager)
    usager.get_by_role("button", name="Dire que ce n’était pas moi").click()
    expect(usager.get_by_role("heading", level=1)).to_have_text("C’est noté")
    verifier(usager)


def dernier_code(page: Page, demo: Demo, objet: str) -> str:
    """The code of the latest mail with these words in its subject."""
    boite = page.context.request.get(f"{demo.monde}/courriels/").text()
    trouve = re.search(rf"(\d{{6}}) est votre code pour {objet}", boite)
    assert trouve
    return trouve.group(1)


def lien_de_contestation(page: Page, demo: Demo) -> str:
    """The link of the latest notice of an end."""
    boite = page.context.request.get(f"{demo.monde}/courriels/").text()
    numero = re.search(r'href="([^"]+)">[^<]*ne peut plus agir pour vous', boite)
    assert numero
    courriel = page.context.request.get(f"{demo.monde}{numero.group(1)}").text()
    trouve = re.search(r"http[^\s\"<]+/pas-moi/[^\s\"<]+", courriel)
    assert trouve
    return trouve.group()


def test_lost_code_is_made_anew_before_the_aidant(page: Page, usager: Page, demo: Demo) -> None:
    ancien = signer(page, demo, "Karim", "justice")
    page.goto(page.url.replace("fait/", "nouveau-code/"))
    verifier(page)
    gestes.identifier_chez_franceconnect(page, "usuelle")
    expect(page.get_by_role("heading", level=1)).to_have_text("C’est la bonne personne")
    verifier(page)
    page.get_by_role("button", name="Faire le nouveau code").click()
    verifier(page)
    lien = page.locator("a[href$='feuille.pdf']").get_attribute("href")
    octets = page.context.request.get(f"{demo.produit}{lien}").body()
    nouveau = gestes.code_papier(gestes.texte_pdf(octets))
    gestes.ouvrir_mon_mandat(usager, demo, ancien, NAISSANCE)
    expect(usager.get_by_text("ne vont pas ensemble").first).to_be_visible()
    gestes.ouvrir_mon_mandat(usager, demo, nouveau, NAISSANCE)
    expect(usager.get_by_role("heading", level=1)).to_contain_text("Mon mandat avec")
