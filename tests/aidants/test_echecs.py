"""Failed tries slow the next ones down, for a time; they tell nobody's name."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from aidants.models import Echec
from aidants.models.echecs import CONSERVATION, Compteur, Seuil

SEUIL = Seuil(nombre=3, fenetre=timedelta(minutes=10))
COMPTEUR = Compteur(usage="essai", valeur="camille@example.org", seuils=(SEUIL,))
AUTRE = Compteur(usage="essai", valeur="dominique@example.org", seuils=(SEUIL,))


@pytest.fixture
def horloge(db: None) -> Iterator[Any]:
    with time_machine.travel(timezone.now(), tick=False) as voyage:
        yield voyage


def echouer(fois: int, compteur: Compteur = COMPTEUR) -> None:
    for _ in range(fois):
        Echec.objects.noter([compteur])


@pytest.mark.parametrize(
    ("echecs", "secondes"), [(0, 0), (2, 0), (3, 15), (4, 30), (5, 60), (9, 900), (5000, 900)]
)
def test_wait_doubles_up_to_its_maximum(echecs: int, secondes: int) -> None:
    assert SEUIL.attente_apres(echecs) == timedelta(seconds=secondes)


@pytest.mark.usefixtures("horloge")
def test_below_the_threshold_nothing_waits() -> None:
    echouer(2)
    assert Echec.objects.freine_jusqua([COMPTEUR]) is None


@pytest.mark.usefixtures("horloge")
def test_at_the_threshold_the_wait_starts_at_the_last_failure() -> None:
    echouer(3)
    assert Echec.objects.freine_jusqua([COMPTEUR]) == timezone.now() + timedelta(seconds=15)


def test_wait_ends(horloge: Any) -> None:
    echouer(3)
    horloge.shift(timedelta(seconds=15))
    assert Echec.objects.freine_jusqua([COMPTEUR]) is None


def test_failures_out_of_the_window_do_not_count(horloge: Any) -> None:
    echouer(2)
    horloge.shift(timedelta(minutes=10, seconds=1))
    echouer(2)
    assert Echec.objects.freine_jusqua([COMPTEUR]) is None


@pytest.mark.usefixtures("horloge")
def test_counters_are_apart() -> None:
    echouer(3, AUTRE)
    assert Echec.objects.freine_jusqua([COMPTEUR]) is None
    assert Echec.objects.freine_jusqua([COMPTEUR, AUTRE]) is not None


@pytest.mark.usefixtures("horloge")
def test_longest_wait_of_several_counters_holds() -> None:
    echouer(3)
    echouer(4, AUTRE)
    assert Echec.objects.freine_jusqua([COMPTEUR, AUTRE]) == timezone.now() + timedelta(seconds=30)


@pytest.mark.usefixtures("horloge")
def test_success_forgets_its_counter_alone() -> None:
    echouer(2)
    echouer(3, AUTRE)
    essai = Echec.objects.tenter([COMPTEUR])
    assert essai is not None
    Echec.objects.rendre(essai)
    assert Echec.objects.freine_jusqua([COMPTEUR]) is None
    assert Echec.objects.freine_jusqua([AUTRE]) is not None


@pytest.mark.usefixtures("db")
def test_row_names_nobody() -> None:
    echouer(1)
    assert "camille" not in Echec.objects.get().cle
    assert len(Echec.objects.get().cle) == 64


def test_same_value_counts_apart_for_each_usage() -> None:
    ailleurs = Compteur(usage="autre", valeur=COMPTEUR.valeur, seuils=(SEUIL,))
    assert ailleurs.cle != COMPTEUR.cle


def test_old_failures_only_are_out_of_date(horloge: Any) -> None:
    echouer(2)
    horloge.shift(CONSERVATION + timedelta(seconds=1))
    echouer(1, AUTRE)
    Echec.objects.perimes(timezone.now()).delete()
    assert [echec.cle for echec in Echec.objects.all()] == [AUTRE.cle]


def test_try_that_nobody_judged_takes_back_itself_alone(horloge: Any) -> None:
    echouer(2)
    essai = Echec.objects.tenter([COMPTEUR])
    assert essai is not None
    Echec.objects.annuler(essai)
    assert Echec.objects.count() == 2
    Echec.objects.tenter([COMPTEUR])
    assert Echec.objects.tenter([COMPTEUR]) is None
