"""The picture names the same nodes as the tree, and can be read."""

from itertools import combinations

from usagers.parcours.arbre import NOEUDS, QUESTIONS
from usagers.parcours.dessin import LARGEUR, Boite, dessiner, en_toutes_lettres

DESSIN = dessiner()


def texte_de(boite: Boite) -> str:
    return " ".join(ligne.texte for ligne in boite.lignes)


def test_every_node_has_one_box_with_its_title() -> None:
    assert sorted(boite.noeud.cle for boite in DESSIN.boites) == sorted(NOEUDS)
    for boite in DESSIN.boites:
        assert texte_de(boite) == boite.noeud.texte.titre


def test_every_answer_has_its_arrow_and_its_words() -> None:
    reponses = [reponse for question in QUESTIONS for reponse in question.reponses]
    assert len(DESSIN.fleches) == len(reponses)
    mots = [fleche.texte for fleche in DESSIN.fleches if fleche.texte]
    mots += [" ".join(ligne.texte for ligne in b.reponse) for b in DESSIN.boites if b.reponse]
    assert sorted(mots) == sorted(reponse.texte.bref for reponse in reponses)


def test_boxes_stand_inside_and_apart() -> None:
    for boite in DESSIN.boites:
        assert 0 <= boite.x < boite.droite <= LARGEUR
        assert 0 <= boite.y < boite.bas <= DESSIN.hauteur
    for une, autre in combinations(DESSIN.boites, 2):
        a_cote = une.droite <= autre.x or autre.droite <= une.x
        assert a_cote or une.bas <= autre.y or autre.bas <= une.y, (une, autre)


def test_picture_fits_an_upright_sheet() -> None:
    assert 1 < DESSIN.hauteur / DESSIN.largeur < 1.35


def test_sizes_are_whole() -> None:
    """A template would write a decimal with a French comma, which no drawing reads."""
    for boite in DESSIN.boites:
        assert all(isinstance(n, int) for n in (boite.x, boite.y, boite.largeur, boite.hauteur))
    assert not [f for f in DESSIN.fleches if "." in f.trace + f.pointe]


def test_alternative_names_every_node_and_answer() -> None:
    texte = en_toutes_lettres()
    for noeud in NOEUDS.values():
        assert noeud.texte.titre in texte
    for question in QUESTIONS:
        assert all(reponse.texte.bref in texte for reponse in question.reponses)
