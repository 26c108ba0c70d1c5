"""axe on every page of the journey, at 1280 and at 375 px: zero violations (RGAA)."""

import re
from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e import gestes
from tests.serveurs import Demo

LARGEURS = ((1280, 720), (375, 700))


def verifier(page: Page) -> None:
    """No violation, and nothing wider than the screen, at both widths."""
    for largeur, hauteur in LARGEURS:
        page.set_viewport_size({"width": largeur, "height": hauteur})
        resultat = Axe().run(page)
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


def test_pages_of_the_aidant_from_login_to_use(page: Page, demo: Demo) -> None:
    etape: Callable[[], None] = lambda: verifier(page)  # noqa: E731
    gestes.se_connecter(page, demo, "Karim")
    visiter(page, demo, "/espace/", "/usagers/", "/mandats/", "/mandats/nouveau/")
    page.get_by_role("button", name="Continuer vers FranceConnect").click()
    etape()  # errors of the form
    gestes.choisir_demarches(page, demo, "logement", "social", "argent")
    etape()
    gestes.s_identifier(page, "nom_usage")
    etape()
    page.get_by_role("button", name="Signer le mandat").click()
    etape()  # errors of the signature
    gestes.declarer(page)
    page.locator("#id_nom_ecrit").fill("Éléonore Le Guennec")
    gestes.signer(page, demo, "Karim")
    etape()
    mandat = page.url.removesuffix("fait/").removeprefix(demo.produit)
    code = gestes.code_papier(gestes.lire_pdf(page, demo))
    visiter(page, demo, "/espace/", "/usagers/", "/mandats/", mandat, f"{mandat}revocation/")
    page.goto(f"{demo.produit}/usagers/?q=guennec")
    page.locator("main a[href^='/usagers/']").first.click()
    etape()
    page.goto(f"{demo.monde}/logement/")
    page.get_by_role("link", name="Se connecter avec Aidants Connect").click()
    etape()
    page.get_by_role("link", name=re.compile("FRANÇOIS")).click()
    etape()
    confirmation = page.url
    page.get_by_role("button", name=re.compile("Se connecter pour")).click()
    expect(page.locator("h2", has_text="Personne connectée")).to_be_visible()
    page.goto(confirmation)
    etape()  # a request that has served
    gestes.ouvrir_mon_mandat(page, demo, code, ("30", "6", "1991"))
    etape()
    page.get_by_role("button", name=re.compile("Arrêter seulement : Logement")).click()
    etape()
    page.goto(f"{demo.produit}/mon-mandat/")
    gestes.identifier_chez_franceconnect(page, "nom_usage")
    expect(page).to_have_url(re.compile("/mon-mandat/tous/"))
    etape()


def test_pages_of_the_admin(page: Page, demo: Demo) -> None:
    gestes.se_connecter(page, demo, "Paul")
    racine = f"{demo.produit}/administration"
    for chemin in ("/", "/journal/entree/", "/fournisseur_identite/fournisseurservice/"):
        page.goto(f"{racine}{chemin}")
        expect(page.locator("#site-name")).to_be_visible()
