"""The journal as pages tell it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from journal.models import Entree, Sujet
from mandats import durees, recit


@pytest.mark.parametrize(
    ("nom", "lu"),
    [
        ("Camille DURAND", "Camille D."),
        ("Anne-Lise DE LA TOUR", "Anne-Lise D."),
        ("Camille", "Camille"),
        ("", ""),
    ],
)
def test_the_usager_reads_a_first_name_and_an_initial(nom: str, lu: str) -> None:
    assert recit.prenom_et_initiale(nom) == lu


def test_a_use_is_told_with_the_title_of_its_demarche() -> None:
    entree = _utilisation()
    entree.sujet = Sujet(auteur_nom="Camille DURAND")
    passage = recit.passages([entree])[0]
    assert (passage.aidant, passage.site) == ("Camille D.", "Mon logement")
    assert passage.demarche == "Social - Santé"


def test_a_use_is_still_told_when_retention_has_deleted_the_names() -> None:
    assert recit.passages([_utilisation()])[0].aidant == ""


@pytest.mark.parametrize(
    ("delai", "lu"),
    [
        (timedelta(hours=3), "dans moins d’un jour"),
        (timedelta(days=1, hours=1), "dans 1 jour"),
        (timedelta(days=30, hours=1), "dans 30 jours"),
        (timedelta(days=182), "dans 6 mois"),
        (timedelta(days=365), "dans 12 mois"),
    ],
)
def test_the_time_left_is_told_in_round_figures(delai: timedelta, lu: str) -> None:
    assert durees.dans(timezone.now() + delai) == lu


def _utilisation() -> Entree:
    return Entree(
        action="utilisation",
        instant=timezone.now(),
        structure_nom="Maison France services",
        fs_nom="Mon logement",
        demarche="social",
        details={"acr": "eidas1"},
    )
