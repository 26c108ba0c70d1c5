"""The decision tree: every path ends in one outcome, every node is reached, every word is there."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

from usagers.parcours import arbre, textes
from usagers.parcours.arbre import ISSUES, NOEUDS, QUESTIONS, RACINE, Question
from usagers.parcours.orientation import PROFILS, Profil

CHEMINS = list(arbre.chemins())
PRINCIPAL = ("deces-non", "numero-oui", "site-oui", "compte-oui", "acces-oui")


@pytest.mark.parametrize("chemin", CHEMINS, ids="/".join)
def test_path_ends_in_exactly_one_outcome(chemin: tuple[str, ...]) -> None:
    for longueur in range(len(chemin)):
        avant = arbre.parcourir(chemin[:longueur])
        assert avant
        assert avant.issue is None
    marche = arbre.parcourir(chemin)
    assert marche
    assert marche.issue
    assert marche.cles == chemin
    assert arbre.parcourir((*chemin, "deces-non")) is None


def test_no_node_is_out_of_reach() -> None:
    vus = {RACINE}
    for chemin in CHEMINS:
        marche = arbre.parcourir(chemin)
        assert marche
        vus |= {pas.reponse.suite for pas in marche.pas}
    assert vus == set(NOEUDS)


def test_no_path_turns_round() -> None:
    for chemin in CHEMINS:
        marche = arbre.parcourir(chemin)
        assert marche
        questions = [pas.question.cle for pas in marche.pas]
        assert len(set(questions)) == len(questions)


def test_steps_are_walked_forward_and_five() -> None:
    for chemin in CHEMINS:
        marche = arbre.parcourir(chemin)
        assert marche
        etapes = [pas.question.etape for pas in marche.pas]
        assert etapes == sorted(etapes)
    assert {question.etape for question in QUESTIONS} == set(textes.ETAPES) == {1, 2, 3, 4, 5}


def test_keys_are_unique_and_read_well_in_an_address() -> None:
    reponses = [reponse.cle for question in QUESTIONS for reponse in question.reponses]
    assert len(set(reponses)) == len(reponses)
    assert all(cle == cle.lower() and cle.replace("-", "").isalpha() for cle in reponses)


def test_every_node_and_answer_has_its_words_and_none_is_left_over() -> None:
    reponses = {reponse.cle for question in QUESTIONS for reponse in question.reponses}
    assert set(textes.QUESTIONS) == {question.cle for question in QUESTIONS}
    assert set(textes.ISSUES) == {issue.cle for issue in ISSUES}
    assert set(textes.REPONSES) == reponses


def test_sentences_are_short() -> None:
    phrases = [ligne for question in QUESTIONS for ligne in question.texte.lignes]
    for issue in ISSUES:
        phrases += [*issue.texte.pourquoi, *issue.texte.maintenant, *issue.texte.aidant]
    longues = [p for texte in phrases for p in texte.split(". ") if len(p.split()) > 20]
    assert longues == []


def test_titles_of_nodes_differ_but_for_those_who_go_to_the_same_body() -> None:
    titres = [n.texte.titre for n in NOEUDS.values() if not n.cle.startswith("orientation-")]
    assert len(set(titres)) == len(titres)


@pytest.mark.parametrize("profil", PROFILS.values(), ids=PROFILS)
def test_each_profile_leads_to_its_own_bodies(profil: Profil) -> None:
    marche = arbre.parcourir(("deces-non", "numero-non", profil.cle))
    assert marche
    assert marche.issue
    texte = marche.issue.texte
    assert (texte.titre, texte.liens) == (profil.aller, profil.organismes)


ATTENDUS = {
    "salarie": {"CPAM", "CAF"},
    "agricole": {"MSA"},
    "independant": {"CPAM"},
    "regime-special": {"régime spécial"},
    "reversion": {"Carsat", "complémentaire", "MSA"},
    "asile": {"CPAM", "travailleur social", "CNAV"},
}


def test_profiles_say_the_bodies_of_the_rules() -> None:
    assert set(ATTENDUS) == set(PROFILS)
    for cle, mots in ATTENDUS.items():
        profil = PROFILS[cle]
        lu = f"{profil.aller} {profil.ou}"
        assert all(mot in lu for mot in mots), cle


def test_dead_person_stops_the_parcours_and_is_told_why() -> None:
    marche = arbre.parcourir(("deces-oui",))
    assert marche
    assert marche.issue
    assert "décédée" in marche.issue.texte.titre
    assert marche.issue.texte.pourquoi


@pytest.mark.parametrize(
    ("suite", "issue"),
    [
        (("seul-oui",), "seul"),
        (("seul-non", "choix-apprendre"), "apprendre"),
        (("seul-non", "choix-mandat"), "mandat"),
    ],
)
def test_main_line_ends_alone_in_training_or_in_a_mandat(
    suite: tuple[str, ...], issue: str
) -> None:
    marche = arbre.parcourir(PRINCIPAL + suite)
    assert marche
    assert marche.noeud.cle == issue


@pytest.mark.parametrize("cle", NOEUDS)
def test_shortest_walk_leads_to_its_node(cle: str) -> None:
    marche = arbre.parcourir(arbre.chemin_vers(cle))
    assert marche
    assert marche.noeud.cle == cle
    longueurs = [len(c) for c in CHEMINS if (m := arbre.parcourir(c)) and m.noeud.cle == cle]
    assert all(len(marche.cles) <= longueur for longueur in longueurs)


def test_unknown_node_has_no_walk() -> None:
    with pytest.raises(KeyError):
        arbre.chemin_vers("inconnu")


def test_help_is_left_with_the_thing_or_with_an_appointment() -> None:
    for aide in (q for q in QUESTIONS if q.aide):
        suites = [reponse.noeud for reponse in aide.reponses]
        assert [isinstance(suite, Question) for suite in suites] == [True, False]


def test_tree_imports_no_model() -> None:
    for fichier in Path(settings.BASE_DIR, "usagers/parcours").glob("*.py"):
        modules = {
            nom
            for noeud in ast.walk(ast.parse(fichier.read_text()))
            if isinstance(noeud, ast.ImportFrom)
            for nom in [noeud.module or ""]
        }
        assert not [nom for nom in modules if "models" in nom or nom.startswith("django")]
