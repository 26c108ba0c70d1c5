"""axe on every page of the journey, at 1280, 375 and 320 px: zero violations."""

import re

from playwright.sync_api import Page, expect

from tests import axe
from tests.e2e import gestes
from tests.serveurs import Demo

LARGEURS = ((1280, 720), (375, 700), (320, 640))  # the last is 1280 px at 400 %


def verifier(page: Page) -> None:
    """No violation, and nothing wider than the screen, at each width; once the page is there."""
    page.wait_for_load_state()
    expect(page.locator("h1").first).to_be_visible()
    for largeur, hauteur in LARGEURS:
        page.set_viewport_size({"width": largeur, "height": hauteur})
        resultat = axe.regarder(page)
        assert resultat.violations_count == 0, (page.url, resultat.generate_report())
        deborde = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        assert not deborde, f"{page.url} is wider than {largeur} px"
    page.set_viewport_size({"width": 1280, "height": 720})


def visiter(page: Page, demo: Demo, *chemins: str) -> None:
    for chemin in chemins:
        page.goto(f"{demo.produit}{chemin}")
        verifier(page)


def test_public_pages(page: Page, demo: Demo) -> None:
    visiter(
        page, demo, "/", "/connexion/", "/mon-mandat/", "/verifier/", "/verifier/AC-2222-2222/",
        "/oidc/authorize", "/oidc/logout", "/franceconnect/retour/?state=x", "/page-inconnue/",
    )  # fmt: skip


def test_pages_of_the_parcours(page: Page, demo: Demo) -> None:
    site = "deces-non/numero-oui/site-"
    seul = f"{site}oui/compte-oui/acces-oui/seul-"
    for chemin in (
        "", "?continuer=oui", "arbre/", "logement/", "logement/deces-non/?deja=numero-oui",
        "a-preciser/deces-non/numero-non/", "a-preciser/deces-non/numero-non/asile/",
        f"logement/{site}non/", f"logement/{site}oui/compte-non/", f"logement/{site}oui/",
        f"logement/{site}oui/compte-oui/acces-non/", f"logement/{seul}oui/",
        f"logement/{seul}non/choix-apprendre/", f"logement/{seul}non/choix-mandat/",
        "logement/deces-oui/", "logement/inconnu/",
    ):  # fmt: skip
        page.goto(f"{demo.produit}/parcours/{chemin}")
        verifier(page)
    page.goto(f"{demo.produit}/orientation/")
    verifier(page)


def test_pages_of_the_aidant_from_login_to_use(page: Page, demo: Demo) -> None:
    gestes.se_connecter(page, demo, "Karim")
    visiter(page, demo, "/espace/", "/usagers/", "/mandats/")
    preparer(page, demo)
    mandat = signer(page, demo)
    code = gestes.code_papier(gestes.lire_pdf(page, demo))
    visiter(page, demo, "/espace/", "/usagers/", "/mandats/", mandat, f"{mandat}revocation/")
    page.goto(f"{demo.produit}/usagers/?q=guennec")
    page.locator("main a[href^='/usagers/']").first.click()
    verifier(page)
    utiliser(page, demo)
    en_attente = choisir_parmi_deux(page, demo)
    gestes.ouvrir_mon_mandat(page, demo, code, ("30", "6", "1991"))
    verifier(page)
    arreter(page, demo, en_attente)


def preparer(page: Page, demo: Demo) -> None:
    """Choices, with their errors, then FranceConnect, left once before its end."""
    visiter(page, demo, "/mandats/nouveau/")
    page.get_by_role("button", name="Continuer vers FranceConnect").click()
    verifier(page)
    gestes.choisir_demarches(page, demo, "logement", "social", "famille", "argent")
    verifier(page)
    page.locator("button.fr-connect").first.click()
    page.locator("button[name=annuler]").click()
    verifier(page)
    page.get_by_role("button", name="Réessayer").click()
    page.locator("button[name=identite][value=nom_usage]").click()
    expect(page).to_have_url(re.compile("/signature/"))


def signer(page: Page, demo: Demo) -> str:
    """The recap, read beside Arabic, with its errors, then the mandat; return its path."""
    verifier(page)
    page.get_by_text("Lire aussi dans une autre langue").click()
    page.get_by_role("link", name="العربية").click()
    for etiquette in page.locator("form .fr-radio-group, form .fr-checkbox-group").all():
        expect(etiquette.locator("label .ac-traduction[lang=ar][dir=rtl]")).to_be_visible()
    verifier(page)
    page.get_by_role("button", name="Signer le mandat").click()
    verifier(page)
    gestes.declarer(page)
    page.locator("#id_nom_ecrit").fill("Éléonore Le Guennec")
    gestes.signer(page, demo, "Karim")
    verifier(page)
    return page.url.removesuffix("fait/").removeprefix(demo.produit)


def utiliser(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.monde}/logement/")
    page.get_by_role("link", name="Se connecter avec Aidants Connect").click()
    verifier(page)
    page.get_by_role("link", name=re.compile("FRANÇOIS")).click()
    verifier(page)
    confirmation = page.url
    page.get_by_role("button", name=re.compile("Se connecter pour")).click()
    expect(page.locator("h2", has_text="Personne connectée")).to_be_visible()
    page.goto(confirmation)
    verifier(page)  # a request that has served


def choisir_parmi_deux(page: Page, demo: Demo) -> str:
    """A site that asks for two démarches; return the address of a confirmation left waiting."""
    page.goto(f"{demo.monde}/sante/")
    page.get_by_role("link", name=re.compile("Continuer par FranceConnect")).click()
    page.get_by_role("link", name=re.compile("FRANÇOIS")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Pour quelle démarche"))
    verifier(page)
    page.get_by_role("link", name=re.compile("Social")).click()
    return page.url


def arreter(page: Page, demo: Demo, en_attente: str) -> None:
    """One démarche, then all; the use under way is refused; FranceConnect shows everything."""
    page.get_by_role("button", name=re.compile("Arrêter seulement : Logement")).click()
    verifier(page)
    page.get_by_role("link", name="Revoir ce mandat").click()
    page.get_by_role("button", name="Tout arrêter").click()
    page.goto(en_attente)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Vous ne pouvez plus agir")
    verifier(page)
    page.goto(f"{demo.produit}/mon-mandat/")
    gestes.identifier_chez_franceconnect(page, "nom_usage")
    expect(page).to_have_url(re.compile("/mon-mandat/tous/"))
    verifier(page)


def test_second_step_of_the_login(page: Page, demo: Demo) -> None:
    compte = demo.compte("Nadia")
    page.goto(f"{demo.produit}/connexion/")
    page.get_by_label("Adresse électronique").fill(compte["courriel"])
    page.get_by_label("Mot de passe", exact=True).fill(compte["mot_de_passe"])
    page.get_by_role("button", name="Continuer").click()
    expect(page.locator("#id_code")).to_be_visible()
    verifier(page)
