"""The admin in a real browser: axe, narrow screens, the keyboard, and nothing inline refused."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import gestes
from tests.e2e.test_accessibilite import verifier
from tests.serveurs import Demo


def pages(page: Page) -> list[str]:
    """Every list, its first object, and the pages that lead from a structure."""
    listes = page.locator(".ac-rubriques a").evaluate_all("liens => liens.map(lien => lien.href)")
    adresses = list(listes)
    for liste in listes[1:]:
        page.goto(liste)
        adresses += page.locator("#result_list tbody tr:first-child th a").evaluate_all(
            "liens => liens.slice(0, 1).map(lien => lien.href)"
        )
        adresses += page.locator(".object-tools a").evaluate_all(
            "liens => liens.map(lien => lien.href)"
        )
    structure = next(a for a in adresses if "/structure/" in a and a.endswith("/change/"))
    racine = structure.removesuffix("change/")
    return [*adresses, f"{racine}fiche/", f"{racine}demarches/", f"{racine}history/"]


@pytest.mark.parametrize("prenom", ["Nadia", "Paul"])
def test_pages_of_the_admin(page: Page, demo: Demo, prenom: str) -> None:
    gestes.se_connecter(page, demo, prenom)
    page.goto(f"{demo.produit}/administration/")
    refus: list[str] = []
    page.on("console", lambda message: refus.append(message.text))
    for adresse in pages(page):
        refus.clear()  # what is refused to axe, which the page before it has met
        page.goto(adresse)
        expect(page.locator("#site-name")).to_be_visible()
        assert [texte for texte in refus if "Content Security Policy" in texte] == []
        verifier(page)


def test_list_is_read_downwards_on_a_narrow_screen(page: Page, demo: Demo) -> None:
    gestes.se_connecter(page, demo, "Nadia")
    page.goto(f"{demo.produit}/administration/aidants/aidant/")
    cellule = page.get_by_role("row").nth(1).get_by_role("cell").first
    expect(cellule).to_have_attribute("data-titre", "Prénom")
    deborde = "liste => liste.scrollWidth > liste.clientWidth"
    page.set_viewport_size({"width": 375, "height": 720})
    assert not page.locator(".results").evaluate(deborde)
    assert page.get_by_role("columnheader", name="Rôle").count() == 1


def test_pages_of_a_signing_key(page: Page, demo: Demo) -> None:
    """Its page, its past, and the acts upon it, with what they say when it is too early."""
    page.goto(f"{demo.produit}/oidc/jwks")  # the first reading makes the first keys
    gestes.se_connecter(page, demo, "Paul")
    page.goto(f"{demo.produit}/administration/fournisseur_identite/clesignature/")
    page.locator("#result_list tr", has_text="Elle signe.").first.locator("th a").click()
    cle = page.url.removesuffix("change/")
    for suite in ("change/", "history/", "revoquer/", "tourner/"):
        page.goto(f"{cle}{suite}")
        verifier(page)
    page.get_by_label("Motif").fill("Un essai.")
    page.get_by_role("button", name="Faire tourner").click()
    verifier(page)


def test_keyboard_skips_to_the_content(page: Page, demo: Demo) -> None:
    gestes.se_connecter(page, demo, "Nadia")
    page.goto(f"{demo.produit}/administration/aidants/structure/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip-to-content-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content-start")).to_be_focused()
