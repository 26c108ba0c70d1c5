"""A paper that is asked for again is composed once, for a time, and few are kept."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.serveurs import PATIENCE
from usagers import tirages
from usagers.tirages import NOMBRE_MAX, Tirages


class Atelier:
    """Composes, and counts."""

    def __init__(self) -> None:
        self.faits = 0

    def composer(self) -> bytes:
        self.faits += 1
        return f"%PDF {self.faits}".encode()


def test_same_page_is_composed_once_and_another_one_too() -> None:
    papiers, atelier = Tirages(), Atelier()
    assert [papiers.donner("a", atelier.composer) for _ in range(3)] == [b"%PDF 1"] * 3
    assert papiers.donner("b", atelier.composer) == b"%PDF 2"


def test_it_is_composed_anew_after_ten_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    papiers, atelier = Tirages(), Atelier()
    papiers.donner("a", atelier.composer)
    monkeypatch.setattr(tirages, "DUREE", 0)
    assert papiers.donner("a", atelier.composer) == b"%PDF 2"


def test_the_oldest_leaves_when_there_are_too_many() -> None:
    papiers, atelier = Tirages(), Atelier()
    for rang in range(NOMBRE_MAX + 1):
        papiers.donner(str(rang), atelier.composer)
    papiers.donner("1", atelier.composer)
    assert atelier.faits == NOMBRE_MAX + 1
    papiers.donner("0", atelier.composer)
    assert atelier.faits == NOMBRE_MAX + 2


def test_asked_for_eight_times_at_once_it_is_composed_once() -> None:
    papiers, atelier, depart = Tirages(), Atelier(), threading.Barrier(8)

    def demander(_: int) -> bytes:
        depart.wait(timeout=PATIENCE)
        return papiers.donner("a", atelier.composer)

    with ThreadPoolExecutor(8) as fils:
        assert set(fils.map(demander, range(8))) == {b"%PDF 1"}
