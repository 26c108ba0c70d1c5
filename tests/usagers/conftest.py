from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from aidants.models import Aidant
from mandats.models import Projet
from tests.factories import ProjetFactory
from tests.usagers.fixtures import franceconnect, processus_franceconnect
from tests.usagers.simulateur import Simulateur

__all__ = ["franceconnect", "processus_franceconnect"]


@pytest.fixture
def projet(aidant: Aidant) -> Projet:
    return ProjetFactory(aidant=aidant, structure=aidant.structures().get())


@pytest.fixture
def depart(projet: Projet) -> str:
    """Where the FranceConnect button of the draft posts."""
    return reverse("projet_identification", args=[projet.pk])


@pytest.fixture
def partir(client_aidant: Client, depart: str, franceconnect: Simulateur) -> Callable[[], str]:
    """Press the FranceConnect button; return the address at FranceConnect."""
    return lambda: str(client_aidant.post(depart)["Location"])
