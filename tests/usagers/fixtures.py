"""Fixtures of the FranceConnect simulator, for the tests that identify somebody."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from tests.usagers.simulateur import CLIENT_ID, CLIENT_SECRET, Simulateur


@pytest.fixture(scope="session")
def processus_franceconnect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulateur]:
    with Simulateur(tmp_path_factory.mktemp("franceconnect")) as simulateur:
        yield simulateur


@pytest.fixture
def franceconnect(processus_franceconnect: Simulateur, settings: Settings) -> Iterator[Simulateur]:
    """A running FranceConnect, without breakdown, that the product is told of."""
    settings.FC_ISSUER = processus_franceconnect.issuer
    settings.FC_CLIENT_ID = CLIENT_ID
    settings.FC_CLIENT_SECRET = CLIENT_SECRET
    yield processus_franceconnect
    processus_franceconnect.subir("aucune")
