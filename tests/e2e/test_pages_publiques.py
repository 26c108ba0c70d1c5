"""The explaining pages for everybody: axe at three widths and in the dark, keyboard, no script."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from aidants.demarches import DEMARCHES
from mandats.durees import DUREES
from tests.e2e.test_accessibilite import ETROITE, verifier
from tests.serveurs import Demo

PAGES = (
    "/", "/comprendre-franceconnect/", "/les-demarches/", "/ce-que-je-signe/",
    "/questions-frequentes/", "/statistiques/", "/plan-du-site/", "/accessibilite/",
    "/mentions-legales/", "/donnees-personnelles/", "/conditions-d-utilisation/",
    "/langues/", "/langues/en/accueil/", "/langues/ar/accueil/", "/langues/ar/ce-que-je-signe/",
    "/langues/ar/les-demarches/", "/langues/ar/comprendre-franceconnect/",
)  # fmt: skip
# The focus is drawn on the link itself, or on what makes the whole box a link.
VISIBLE = """() => ['', '::before', '::after'].some((partie) => {
    const style = getComputedStyle(document.activeElement, partie || null);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
})"""


@pytest.fixture
def sans_script(chromium: Browser) -> Iterator[Page]:
    contexte = chromium.new_context(locale="fr-FR", java_script_enabled=False)
    yield contexte.new_page()
    contexte.close()


@pytest.fixture
def chiffres(demo: Demo) -> None:
    """Figures that draw every chart, taken a moment ago."""
    mois = {f"2026-{numero:02d}": 1200 * numero for numero in range(1, 13)}
    par_demarche = {cle: 40 * rang for rang, cle in enumerate(DEMARCHES)}
    valeurs: dict[str, Any] = {
        "totaux": dict.fromkeys(("mandats", "utilisations", "actifs", "structures", "aidants"), 9),
        "mandats_par_mois": mois,
        "utilisations_par_mois": mois,
        "demarches_autorisees": par_demarche,
        "demarches_faites": par_demarche,
        "durees": {str(jours): jours for jours in DUREES},
    }
    demo.sql(
        "INSERT INTO aidants_connect_releve VALUES (1, now(), %s::jsonb) ON CONFLICT (id) DO UPDATE"
        " SET releve_le = excluded.releve_le, chiffres = excluded.chiffres RETURNING id",
        json.dumps(valeurs),
    )


def ouvrir(page: Page, demo: Demo, chemin: str) -> None:
    page.goto(f"{demo.produit}{chemin}")
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")


@pytest.mark.parametrize("chemin", PAGES)
def test_page_has_no_defect_that_axe_knows(
    page: Page, demo: Demo, chiffres: None, chemin: str
) -> None:
    ouvrir(page, demo, chemin)
    verifier(page, ETROITE)
    page.emulate_media(color_scheme="dark")
    resultat = Axe().run(page)
    assert resultat.violations_count == 0, resultat.generate_report()


def test_home_leads_through_its_doors_by_keyboard(page: Page, demo: Demo) -> None:
    for porte, attendue in (("Je suis aidant", "/connexion/"), ("J’ai un mandat", "/mon-mandat/")):
        page.goto(f"{demo.produit}/")
        avancer_jusqu_a(page, porte)
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{demo.produit}{attendue}")


def test_answer_opens_by_keyboard(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.produit}/questions-frequentes/")
    avancer_jusqu_a(page, "Combien cela coûte-t-il")
    reponse = page.get_by_text("L’aide est gratuite")
    expect(reponse).to_be_hidden()
    page.keyboard.press("Enter")
    expect(reponse).to_be_visible()


def avancer_jusqu_a(page: Page, texte: str) -> None:
    """Tab until the element in `main` that says so, the focus being seen at each step."""
    for _ in range(60):
        page.keyboard.press("Tab")
        assert page.evaluate(VISIBLE), page.evaluate("document.activeElement.outerHTML")
        dit = page.evaluate(
            "document.activeElement.closest('main') ? document.activeElement.textContent : ''"
        )
        if texte in dit:
            return
    raise AssertionError(f"{texte} is out of the keyboard's reach")


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
