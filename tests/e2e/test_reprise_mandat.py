"""A rest in the middle of a mandat's form: a code is asked, and nothing that was chosen is lost."""

import re

from playwright.sync_api import Page, expect

from tests.e2e import gestes
from tests.e2e.test_accessibilite import verifier, visiter
from tests.serveurs import Demo

# An hour passes for the sessions of one account: the last page seen, and the last code given.
VIEILLIR = """
from aidants.models import Session
from aidants.sessions import SessionStore
for ligne in Session.objects.filter(aidant__prenom="{prenom}"):
    session = SessionStore(ligne.session_key)
    session["session_vue_le"] -= 3600
    session["session_totp_le"] -= 3600
    session.save()
"""


def laisser_au_repos(demo: Demo, prenom: str) -> None:
    demo.gerer("shell", "-c", VIEILLIR.format(prenom=prenom))


def projets(demo: Demo) -> list[tuple[object, ...]]:
    return demo.sql("SELECT demarches, duree FROM mandats_projet ORDER BY cree_le DESC, id LIMIT 1")


def donner_code(page: Page, demo: Demo, prenom: str, bouton: str) -> None:
    page.locator("#id_code").fill(demo.code_totp(prenom))
    page.get_by_role("button", name=bouton).click()


def test_rest_in_the_middle_of_a_mandat_loses_nothing(page: Page, demo: Demo) -> None:
    gestes.se_connecter(page, demo, "Karim")
    page.goto(f"{demo.produit}/mandats/nouveau/")
    for cle in ("logement", "famille"):
        page.locator(f"input[name=demarches][value={cle}]").check(force=True)
    page.locator("input[name=duree][value='182']").check(force=True)
    laisser_au_repos(demo, "Karim")
    page.get_by_role("button", name="Continuer vers FranceConnect").click()

    expect(page).to_have_url(re.compile("/connexion/reprise/"))
    verifier(page)
    page.locator("#id_code").fill("pas un code")
    page.get_by_role("button", name="Reprendre").click()
    verifier(page)
    donner_code(page, demo, "Karim", "Reprendre")

    expect(page.get_by_role("heading", level=1)).to_have_text("Votre saisie est gardée")
    verifier(page)
    page.get_by_role("button", name="Envoyer ce que j’avais saisi").click()
    expect(page).to_have_url(re.compile("/mandats/projets/.*/identification/"))
    (projet,) = projets(demo)
    assert projet == (["famille", "logement"], 182)


def test_pages_of_the_account(page: Page, demo: Demo) -> None:
    gestes.se_connecter(page, demo, "Karim")
    visiter(
        page, demo, "/compte/", "/compte/mot-de-passe/", "/compte/moyens/application/",
        "/compte/codes-de-secours/", "/compte/cles/nouvelle/",
    )  # fmt: skip
    page.goto(f"{demo.produit}/compte/mot-de-passe/")
    page.get_by_role("button", name="Changer mon mot de passe").click()
    verifier(page)
    for lien in ("Renommer", "Retirer"):
        page.goto(f"{demo.produit}/compte/")
        page.get_by_role("link", name=lien).first.click()
        verifier(page)


def test_pages_of_a_forgotten_password(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.produit}/connexion/")
    page.get_by_role("link", name="Mot de passe oublié").click()
    verifier(page)
    page.get_by_role("button", name="Recevoir le lien").click()
    verifier(page)
    page.get_by_label("Adresse électronique").fill(demo.compte("Nadia")["courriel"])
    page.get_by_role("button", name="Recevoir le lien").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Regardez vos courriels")
    verifier(page)
    lien = lien_recu(demo)
    page.goto(lien)
    verifier(page)
    ailleurs = page.context.browser.new_context() if page.context.browser else None
    assert ailleurs
    autre = ailleurs.new_page()
    autre.goto(lien)
    expect(autre.get_by_role("heading", level=1)).to_contain_text("autre navigateur")
    verifier(autre)
    ailleurs.close()


def lien_recu(demo: Demo) -> str:
    """The address in the last mail of a forgotten password."""
    trouver = """
from aidants.models import Recuperation
from django.urls import reverse
lien = Recuperation.objects.filter(genre="mot_de_passe").latest("cree_le")
print(reverse("lien_mot_de_passe", args=[lien.pk, lien.jeton]))
"""
    return f"{demo.produit}{demo.gerer('shell', '-c', trouver).split()[-1]}"
