"""axe on what one meets less often: renewal, expired draft, verified file, the demo's own pages."""

import re

from playwright.sync_api import FilePayload, Page, expect

from tests.e2e import gestes
from tests.e2e.test_accessibilite import verifier, visiter
from tests.pdf import sans_blancs
from tests.serveurs import Demo

EXPIRER = """
from datetime import timedelta
from mandats.models import Projet
projet = Projet.objects.get(pk="{projet}")
Projet.objects.filter(pk=projet.pk).update(expire_le=projet.cree_le + timedelta(milliseconds=1))
"""


def signer(page: Page, demo: Demo, prenom: str, identite: str, nom: str) -> str:
    """A mandat of one day; return its path."""
    gestes.mandater(page, demo, prenom, identite, nom)
    return page.url.removesuffix("fait/").removeprefix(demo.produit)


def test_mandat_renewed_verified_and_ended(page: Page, demo: Demo) -> None:
    gestes.se_connecter(page, demo, "Samuel")
    mandat = signer(page, demo, "Samuel", "presumee", "Malika Aït-Oufkir")
    visiter(page, demo, mandat, f"{mandat}renouvellement/")
    page.get_by_role("button", name="Continuer vers la signature").click()
    verifier(page)

    page.goto(f"{demo.produit}{mandat}")
    texte = gestes.lire_pdf(page, demo)
    pdf = gestes.telecharger(page, f"{demo.produit}{mandat}document.pdf")
    reference = re.search(r"AC-[0-9A-Z]{4}-[0-9A-Z]{4}", sans_blancs(texte))
    assert reference
    visiter(page, demo, f"/verifier/{reference.group()}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("authentique")
    for octets, attendu in ((pdf, "authentique"), (b"%PDF-1.7", "")):
        page.goto(f"{demo.produit}/verifier/")
        fichier = FilePayload(name="mandat.pdf", mimeType="application/pdf", buffer=octets)
        page.locator("input[type=file]").set_input_files(fichier)
        page.get_by_role("button", name="Vérifier ce fichier").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(attendu)
        verifier(page)

    page.goto(f"{demo.produit}/mon-mandat/")
    page.get_by_role("button", name="Continuer avec ce code").click()
    verifier(page)
    page.get_by_label("Le code écrit sur votre papier").fill(gestes.code_papier(texte))
    page.get_by_role("button", name="Continuer avec ce code").click()
    verifier(page)
    page.get_by_role("button", name="Ouvrir mon mandat").click()
    verifier(page)


def test_expired_draft(page: Page, demo: Demo) -> None:
    gestes.se_connecter(page, demo, "Louise")
    gestes.choisir_demarches(page, demo, "logement", jours=1)
    identification = page.url
    (projet,) = re.findall(r"projets/([0-9a-f-]{36})/", identification)
    demo.gerer("shell", "-c", EXPIRER.format(projet=projet))
    page.goto(identification)
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("Passez l’écran")
    verifier(page)


def test_pages_of_the_demo(page: Page, demo: Demo) -> None:
    for chemin in ("/", "/courriels/", "/logement/", "/sante/"):
        page.goto(f"{demo.monde}{chemin}")
        verifier(page)
    page.goto(f"{demo.produit}/mon-mandat/")
    page.locator("button.fr-connect").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Qui êtes-vous"))
    verifier(page)
