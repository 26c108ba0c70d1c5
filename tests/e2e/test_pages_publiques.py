"""The explaining pages for everybody: axe at three widths, keyboard, no script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import clavier
from tests.e2e.test_accessibilite import verifier
from tests.serveurs import Demo

PAGES = (
    "/", "/comprendre-franceconnect/", "/les-demarches/", "/ce-que-je-signe/",
    "/questions-frequentes/", "/statistiques/", "/plan-du-site/", "/accessibilite/",
    "/mentions-legales/", "/donnees-personnelles/", "/conditions-d-utilisation/",
    "/langues/", "/langues/en/accueil/", "/langues/ar/accueil/", "/langues/ar/ce-que-je-signe/",
    "/langues/ar/les-demarches/", "/langues/ar/comprendre-franceconnect/",
    "/langues/fa-AF/ce-que-je-signe/", "/langues/ps/accueil/", "/langues/ru/les-demarches/",
)  # fmt: skip


@pytest.fixture
def sans_script(chromium: Browser) -> Iterator[Page]:
    contexte = chromium.new_context(locale="fr-FR", java_script_enabled=False)
    yield contexte.new_page()
    contexte.close()


def ouvrir(page: Page, demo: Demo, chemin: str) -> None:
    page.goto(f"{demo.produit}{chemin}")
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")


@pytest.mark.parametrize("chemin", PAGES)
def test_page_has_no_defect_that_axe_knows(
    page: Page, demo: Demo, chiffres: None, chemin: str
) -> None:
    ouvrir(page, demo, chemin)
    verifier(page)


def test_home_leads_through_its_doors_by_keyboard(page: Page, demo: Demo) -> None:
    for porte, attendue in (("Je suis aidant", "/connexion/"), ("J’ai un mandat", "/mon-mandat/")):
        page.goto(f"{demo.produit}/")
        clavier.choisir(page, porte)
        expect(page).to_have_url(f"{demo.produit}{attendue}")


def test_answer_opens_by_keyboard(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.produit}/questions-frequentes/")
    clavier.atteindre(page, "Combien cela coûte-t-il")
    reponse = page.get_by_text("L’aide est gratuite")
    expect(reponse).to_be_hidden()
    page.keyboard.press("Enter")
    expect(reponse).to_be_visible()


def test_home_and_its_pages_work_without_script(sans_script: Page, demo: Demo) -> None:
    page = sans_script
    page.goto(f"{demo.produit}/")
    expect(page.locator(".ac-etape")).to_have_count(5)
    expect(page.get_by_role("navigation", name="Menu principal")).to_be_visible()
    page.locator("main").get_by_role("link", name="Questions fréquentes").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Questions fréquentes")
    page.get_by_text("Comment arrêter mon mandat").click()
    page.get_by_role("link", name="J’ai un mandat").last.click()
    expect(page).to_have_url(f"{demo.produit}/mon-mandat/")


def test_stranger_leaves_with_no_cookie(page: Page, demo: Demo) -> None:
    for chemin in PAGES:
        page.goto(f"{demo.produit}{chemin}")
    assert page.context.cookies() == []


def test_home_loads_nothing_but_its_own_files(page: Page, demo: Demo) -> None:
    adresses: list[str] = []
    page.on("request", lambda requete: adresses.append(requete.url))
    page.goto(f"{demo.produit}/", wait_until="load")
    page.evaluate("document.fonts.ready")
    dehors = [a for a in adresses if not a.startswith((demo.produit, "data:"))]
    assert dehors == []
    assert not [a for a in adresses if "/dist/fonts/" in a]  # the cut fonts are enough
