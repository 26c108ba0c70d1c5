"""Every page of the demo world passes axe, and fits a phone."""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page

from tests import axe
from tests.demo.faux_produit import FauxProduit
from tests.demo.navigateur import DEMANDE

PAGES = [
    "/",
    "/courriels/",
    "/logement/",
    "/logement/connexion/",
    "/logement/sortie/",
    "/sante/",
    "/sante/connexion/",
    "/sante/oidc-callback",
    "/sante/logout-callback",
    "/api/v2/authorize",
    f"/api/v2/authorize?{urlencode(DEMANDE)}",
    "/inconnue",
]


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page(viewport={"width": 375, "height": 800})
    yield page
    page.close()


@pytest.mark.parametrize("chemin", PAGES)
def test_page_is_accessible(page: Page, adresse: str, produit: FauxProduit, chemin: str) -> None:
    page.goto(adresse + chemin)
    violations = axe.regarder(page).response["violations"]
    assert [(une["id"], [noeud["html"] for noeud in une["nodes"]]) for une in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    assert page.title()
