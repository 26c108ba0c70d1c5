"""Every page of the tree as it is read aloud: its own words, in the order of a conversation."""

import re

import pytest
from playwright.sync_api import Page

from tests.serveurs import Demo
from usagers.parcours.adresses import en_tete
from usagers.parcours.arbre import ISSUES, QUESTIONS, Issue, Question, chemin_vers


def ecouter(page: Page, demo: Demo, cle: str) -> str:
    """What the accessibility tree of the content says, spaces made plain."""
    adresse = "/".join((en_tete(("logement",)), *chemin_vers(cle)))
    page.goto(f"{demo.produit}/parcours/{adresse}/")
    lu = page.locator("main").aria_snapshot()
    # Quotes are the snapshot's own; blanks that do not break are blanks.
    return " ".join(re.sub(r"[\u00a0\u202f'\"\\]", " ", lu).split())


def verifier_ordre(lu: str, *attendus: str) -> None:
    ici = 0
    for texte in attendus:
        voulu = " ".join(re.sub(r"[\u00a0\u202f'\"]", " ", texte).split())
        assert voulu in lu[ici:], f"{voulu!r} is missing, or comes too early"
        ici = lu.index(voulu, ici) + len(voulu)


def niveaux(page: Page) -> list[int]:
    titres = page.locator("main").locator("h1, h2, h3, h4, h5, h6")
    return [int(nom[1]) for nom in titres.evaluate_all("titres => titres.map(t => t.tagName)")]


def verifier_titres(page: Page) -> None:
    """One first title, before the others, and no level skipped."""
    trouves = niveaux(page)
    assert trouves[0] == 1
    assert trouves.count(1) == 1
    assert all(apres - avant <= 1 for avant, apres in zip(trouves, trouves[1:], strict=False))


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.cle)
def test_question_then_its_answers_then_the_way_back(
    page: Page, demo: Demo, question: Question
) -> None:
    texte = question.texte
    verifier_ordre(
        ecouter(page, demo, question.cle),
        f"Étape {question.etape} sur 5",
        f"heading {texte.titre}",
        *texte.lignes,
        *(mot for r in question.reponses for mot in (r.texte.libelle, r.texte.precision) if mot),
        "Question précédente" if question is not QUESTIONS[0] else "",
        "Vos réponses",
    )
    verifier_titres(page)


@pytest.mark.parametrize("issue", ISSUES, ids=lambda i: i.cle)
def test_outcome_then_what_to_do_then_who_helps(page: Page, demo: Demo, issue: Issue) -> None:
    texte = issue.texte
    verifier_ordre(
        ecouter(page, demo, issue.cle),
        f"heading {texte.titre}",
        *texte.pourquoi,
        "heading Que faire maintenant ?",
        texte.qui,
        *texte.maintenant,
        "heading Que fait l’aidant ?",
        *texte.aidant,
        "Vos réponses",
    )
    verifier_titres(page)
