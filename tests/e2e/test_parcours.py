"""The parcours with the keyboard alone, with and without JavaScript, and as it is read aloud."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.clavier import choisir, cocher
from tests.serveurs import Demo
from usagers.parcours.orientation import PROFILS, Profil

pytestmark = pytest.mark.parametrize("contexte", ["javascript", "sans-javascript"], indirect=True)


def commencer(page: Page, demo: Demo, *demarches: str) -> None:
    page.goto(f"{demo.produit}/parcours/")
    for cle in demarches:
        cocher(page, f"input[value={cle}]")
    choisir(page, "Continuer" if demarches else "Je ne sais pas encore")


@pytest.mark.parametrize("profil", PROFILS.values(), ids=PROFILS)
def test_visitor_without_a_number_reaches_the_right_body(
    page: Page, demo: Demo, profil: Profil
) -> None:
    commencer(page, demo)
    choisir(page, "Non")
    choisir(page, "Non")
    choisir(page, profil.titre)
    expect(page.get_by_role("heading", level=1)).to_have_text(profil.aller)
    for organisme in profil.organismes:
        expect(page.locator(f"main a[href='{organisme.adresse}']")).to_be_visible()
    assert page.context.cookies() == []


def test_back_and_again_keeps_the_answers(page: Page, demo: Demo) -> None:
    commencer(page, demo, "justice")
    choisir(page, "Non")
    choisir(page, "Oui")
    choisir(page, "Question précédente")
    expect(page.locator(".ac-reponse", has_text="tout à l’heure")).to_contain_text("Oui")
    choisir(page, "Question précédente")
    choisir(page, "Question précédente")
    expect(page.locator("input[value=justice]")).to_be_checked()
    choisir(page, "Continuer")
    choisir(page, "Non")
    choisir(page, "Oui")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Connaissez-vous le site")
    choisir(page, "Recommencer")
    expect(page.locator("input:checked")).to_have_count(0)


@pytest.mark.parametrize(
    "chemin",
    ["parcours/logement/", "parcours/logement/deces-oui/", "parcours/arbre/", "orientation/"],
)
def test_printed_page_is_its_text_alone(page: Page, demo: Demo, chemin: str) -> None:
    page.goto(f"{demo.produit}/{chemin}")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    for autour in (".fr-header", ".fr-footer", ".fr-btn", ".fr-skiplinks", ".ac-sans-impression"):
        for element in page.locator(autour).all():
            expect(element).to_be_hidden()


QUESTION = """
- paragraph: Étape 1 sur 5 Votre situation
- heading "Votre numéro de Sécurité sociale commence par 1 ou par 2 ?" [level=1]
- paragraph: Regardez votre carte Vitale.
- paragraph: C’est le numéro de 15 chiffres.
- list "Votre numéro de Sécurité sociale commence par 1 ou par 2 ?":
  - listitem:
    - link "Oui Il commence par 1 ou par 2.":
      - strong: Oui
      - text: Il commence par 1 ou par 2.
  - listitem:
    - link "Non Je n’en ai pas, ou il commence par un autre chiffre.":
      - strong: Non
      - text: Je n’en ai pas, ou il commence par un autre chiffre.
- list:
  - listitem:
    - link "Question précédente"
  - listitem:
    - link "Recommencer"
- region "Vos réponses":
  - heading "Vos réponses" [level=2]
  - term: Quelle démarche voulez-vous faire ?
  - definition:
    - text: Logement
    - link "Changer la démarche"
  - term: La démarche est-elle pour une personne décédée ?
  - definition:
    - text: Non
    - link "Changer la réponse à : La démarche est-elle pour une personne décédée ?"
- list:
  - listitem:
    - link "Voir tout le parcours en image"
  - listitem:
    - link "Je n’ai pas de numéro de Sécurité sociale français"
"""


def test_question_is_read_aloud_in_order(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.produit}/parcours/logement/deces-non/")
    lu = page.locator("main").aria_snapshot().replace("\u00a0", " ").replace("'", "")
    lignes = [ligne for ligne in lu.splitlines() if "/url:" not in ligne]
    sans_le_cadre = [ligne.removeprefix("  ").removesuffix(":") for ligne in lignes[1:]]
    assert sans_le_cadre == [ligne.removesuffix(":") for ligne in QUESTION.strip().splitlines()]
