"""Bar charts: every measure has its bar, within the drawing, in proportion."""

from hypothesis import given
from hypothesis import strategies as st

from mandats.graphiques import LARGEUR, Graphique, Mesure, colonnes, lignes

MESURES = st.lists(
    st.tuples(st.text(max_size=20), st.integers(min_value=0, max_value=10**9)), max_size=12
)


def dessins(mesures: list[Mesure]) -> list[Graphique]:
    mots = {"entete": "Mois", "unite": "Mandats"}
    return [dessin("cle", "Titre", mesures, **mots) for dessin in (colonnes, lignes)]


@given(MESURES)
def test_every_bar_stays_in_the_drawing(mesures: list[Mesure]) -> None:
    for dessin in dessins(mesures):
        assert [barre.valeur for barre in dessin.barres] == [valeur for _, valeur in mesures]
        for barre in dessin.barres:
            assert barre.x >= 0
            assert barre.x + barre.largeur <= LARGEUR
            assert barre.y >= 0
            assert barre.y + barre.hauteur <= dessin.hauteur


@given(MESURES)
def test_what_is_more_is_never_drawn_shorter(mesures: list[Mesure]) -> None:
    for dessin in dessins(mesures):
        en_ordre = sorted(dessin.barres, key=lambda barre: barre.valeur)
        longueurs = [b.largeur if dessin.en_lignes else b.hauteur for b in en_ordre]
        assert longueurs == sorted(longueurs)


@given(MESURES)
def test_nothing_is_drawn_for_nothing_and_something_for_something(mesures: list[Mesure]) -> None:
    for dessin in dessins(mesures):
        for barre in dessin.barres:
            longueur = barre.largeur if dessin.en_lignes else barre.hauteur
            assert (longueur > 0) == (barre.valeur > 0)


def test_description_says_the_total_and_the_highest() -> None:
    mesures = [("oct. 2026", 2), ("nov. 2026", 5)]
    for dessin in dessins(mesures):
        assert dessin.description == "Total : 7. Le plus haut : nov. 2026 (5)."
        assert not dessin.est_vide


def test_empty_chart_says_so() -> None:
    for dessin in (*dessins([]), *dessins([("nov. 2026", 0)])):
        assert dessin.est_vide
        assert dessin.description == "Rien pour l’instant."
