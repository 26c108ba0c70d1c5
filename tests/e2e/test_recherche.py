"""A list follows what is typed in its search."""

import re

from playwright.sync_api import Page, expect

from tests.e2e import gestes
from tests.serveurs import Demo


def test_list_follows_what_is_typed(page: Page, demo: Demo) -> None:
    gestes.se_connecter(page, demo, "Louise")
    gestes.mandater(page, demo, "Louise", "presumee", "Malika Aït-Oufkir")
    for chemin in ("/usagers/", "/mandats/"):
        page.goto(demo.produit + chemin)
        trouves, champ = page.locator("[data-ac-trouves]"), page.locator("#id_q")
        champ.press_sequentially("zzzz")
        expect(trouves).to_contain_text("zzzz")
        expect(page.locator("p.fr-sr-only[role=status]")).to_contain_text("zzzz")
        expect(trouves.get_by_role("link", name=re.compile("OUFKIR"))).to_have_count(0)
        champ.fill("ait ouf")
        expect(trouves.get_by_role("link", name=re.compile("OUFKIR")).first).to_be_visible()
        expect(page).to_have_url(re.compile(r"\?q=ait\+ouf$"))
        expect(champ).to_be_focused()
