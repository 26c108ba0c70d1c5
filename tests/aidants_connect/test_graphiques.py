"""Charts: where the bars stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aidants_connect.graphiques import barres, en_chiffres, nom_de_mois


def test_longest_bar_takes_all_the_room() -> None:
    a, b = barres({"a": 50, "b": 25}, [("A", "a"), ("B", "b")])
    assert (a.taille, b.taille) == ("100.00", "50.00")
    assert (a.milieu, b.milieu) == ("25.00", "75.00")
    assert (a.haut, b.haut) == (0, 52)


def test_nothing_counted_draws_no_bar() -> None:
    assert [barre.taille for barre in barres({"a": 0}, [("A", "a")])] == ["0.00"]
    assert barres({}, []) == ()


@given(st.lists(st.integers(min_value=0, max_value=10**9), min_size=1, max_size=30))
def test_bars_stay_in_the_drawing(valeurs: list[int]) -> None:
    noms = [(str(i), str(i)) for i in range(len(valeurs))]
    for barre in barres({str(i): v for i, v in enumerate(valeurs)}, noms):
        assert 0 <= float(barre.taille) <= 100
        assert 0 <= float(barre.debut) < float(barre.milieu) < 100
        assert 18 <= barre.haut_du_texte <= 198


@pytest.mark.parametrize(
    ("nombre", "texte"),
    [(0, "0"), (999, "999"), (12345, "12\u202f345"), (10**6, "1\u202f000\u202f000")],
)
def test_number_is_written_in_french(nombre: int, texte: str) -> None:
    assert en_chiffres(nombre) == texte


def test_narrow_column_shows_thousands() -> None:
    (barre,) = barres({"a": 12345}, [("A", "a")])
    assert (barre.nombre, barre.resume) == ("12\u202f345", "12\u202fk")


def test_month_is_named() -> None:
    assert nom_de_mois("2026-11") == ("novembre 2026", "nov.")
