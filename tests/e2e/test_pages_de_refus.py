"""axe on the pages that say no, or that something is wrong: each provoked for real."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import LiteralString

from playwright.sync_api import Page, expect

from tests.e2e import gestes
from tests.e2e.test_accessibilite import verifier
from tests.serveurs import Demo


@contextmanager
def table_perdue(demo: Demo) -> Iterator[None]:
    """The figures of the country under another name: who reads them meets an error."""
    with demo.connexion() as connexion:
        connexion.execute("ALTER TABLE aidants_connect_releve RENAME TO perdue")
    try:
        yield
    finally:
        with demo.connexion() as connexion:
            connexion.execute("ALTER TABLE perdue RENAME TO aidants_connect_releve")


@contextmanager
def occupee(demo: Demo, verrou: LiteralString) -> Iterator[None]:
    """Somebody else holds what the next act needs."""
    with demo.connexion() as connexion:
        connexion.execute(verrou)
        yield
        connexion.rollback()


def titre(page: Page, attendu: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(attendu))
    verifier(page)


def test_pages_of_refusals(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.produit}/nulle-part/")
    titre(page, "n’existe pas")
    page.goto(f"{demo.produit}/connexion/")
    page.context.clear_cookies()
    page.get_by_label("Adresse électronique").fill("personne@structure.example")
    page.get_by_label("Mot de passe", exact=True).fill("un mot de passe")
    page.get_by_role("button", name="Continuer").click()
    titre(page, ".")
    gestes.se_connecter(page, demo, "Nadia")
    page.goto(f"{demo.produit}/mandats/nouveau/")
    titre(page, "Votre compte n’ouvre pas cette page")


def test_page_of_an_error(page: Page, demo: Demo) -> None:
    with table_perdue(demo):
        page.goto(f"{demo.produit}/statistiques/")
        titre(page, "Le site a rencontré une erreur")


def test_page_of_a_busy_site(page: Page, demo: Demo) -> None:
    """What was posted is kept, and posted again with one button."""
    gestes.se_connecter(page, demo, "Louise")
    with occupee(demo, "LOCK TABLE mandats_projet IN SHARE ROW EXCLUSIVE MODE"):
        page.goto(f"{demo.produit}/mandats/nouveau/")
        page.locator("input[name=demarches][value=logement]").check(force=True)
        page.locator("input[name=duree][value='1']").check(force=True)
        page.get_by_role("button", name="Continuer vers FranceConnect").click()
        titre(page, "Rien n’a été enregistré")
    page.get_by_role("button", name="Recommencer").click()
    expect(page).to_have_url(re.compile("/projets/"))
