"""From the invitation's mail to the first page, in one go: the account is born."""

import re
import time
from base64 import b32decode
from collections.abc import Callable, Iterator

import pytest
from django_otp.oath import hotp
from playwright.sync_api import Browser, Page, expect

from demo.visite import boite
from tests.e2e.test_accessibilite import verifier
from tests.fixtures_demo import DELAI
from tests.serveurs import Demo

PHRASE = "quatre mots bien distincts"


@pytest.fixture
def sans_script(chromium: Browser) -> Iterator[Page]:
    contexte = chromium.new_context(locale="fr-FR", java_script_enabled=False)
    contexte.set_default_timeout(DELAI)
    yield contexte.new_page()
    contexte.close()


def lien_recu(demo: Demo, courriel: str) -> str:
    """The link of the last invitation to this address."""
    recus = boite.read(demo.dossier / "courriels")
    textes = "\n".join(c.texte for c in recus if c.destinataires == courriel)
    trouve = re.search(r"http://\S+/invitation/\S+", textes)
    assert trouve, textes
    return trouve.group()


def code_de_la_page(page: Page) -> str:
    """Type the key in an application, and read its code."""
    cle = b32decode(page.locator("#cle-totp").inner_text().replace(" ", ""))
    return f"{hotp(cle, int(time.time()) // 30):06d}"


def titre(page: Page, mots: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(mots)


def naitre(page: Page, demo: Demo, courriel: str, regarder: Callable[[Page], None]) -> None:
    """Each page in turn; `regarder` sees them all, the errors too."""
    sortie = demo.gerer("inviter_supervision", courriel, "Claire", "Moreau")
    assert "/invitation/" not in sortie
    page.goto(lien_recu(demo, courriel))
    titre(page, "Choisissez votre mot de passe")
    regarder(page)
    choisir_mot_de_passe(page, regarder)
    enroler(page, regarder)
    prendre_les_codes(page, regarder)
    titre(page, "Lisez et acceptez les conditions")
    regarder(page)
    page.get_by_label("J’ai lu les conditions").check(force=True)
    page.get_by_role("button", name="Accepter les conditions").click()
    expect(page).to_have_url(f"{demo.produit}/administration/")


def choisir_mot_de_passe(page: Page, regarder: Callable[[Page], None]) -> None:
    for phrase in ("court", PHRASE):
        page.get_by_label("Votre mot de passe").fill(phrase)
        page.get_by_label("une seconde fois").fill(phrase)
        page.get_by_role("button", name="Créer mon compte").click()
        if phrase == "court":
            expect(page.locator("#erreurs")).to_be_visible()
            regarder(page)


def enroler(page: Page, regarder: Callable[[Page], None]) -> None:
    titre(page, "Ajoutez une application")
    regarder(page)
    cle = page.locator("#cle-totp").inner_text()
    page.locator("#id_code").fill("abcdef")
    page.get_by_role("button", name="Ajouter cette application").click()
    expect(page.locator("#erreurs")).to_be_visible()
    expect(page.locator("#cle-totp")).to_have_text(cle)
    page.locator("#id_code").fill(code_de_la_page(page))
    page.get_by_role("button", name="Ajouter cette application").click()


def prendre_les_codes(page: Page, regarder: Callable[[Page], None]) -> None:
    titre(page, "Créez vos codes de secours")
    regarder(page)
    page.get_by_role("button", name="Créer mes codes").click()
    titre(page, "Gardez vos dix codes")
    expect(page.locator(".ac-codes li")).to_have_count(10)
    regarder(page)
    page.get_by_role("link", name="J’ai gardé mes codes").click()


def test_first_login_in_one_go(page: Page, demo: Demo) -> None:
    naitre(page, demo, "claire.moreau@example.org", verifier)
    page.goto(lien_recu(demo, "claire.moreau@example.org"))
    titre(page, "Vous avez déjà accepté")
    verifier(page)
    page.goto(f"{demo.produit}/premiers-pas/conditions/")
    verifier(page)
    page.goto(f"{demo.produit}/compte/codes-de-secours/")
    verifier(page)


def test_first_login_without_javascript(sans_script: Page, demo: Demo) -> None:
    def imprimable(page: Page) -> None:
        """Without a script there is no print button that does nothing."""
        expect(page.get_by_role("button", name="Imprimer")).to_be_hidden()

    naitre(sans_script, demo, "claire.sans.script@example.org", imprimable)
