"""Who has a session asks the database before any view: a base too busy, or away, is said all the
same in plain words.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from psycopg.errors import AdminShutdown

from aidants.models import Aidant
from tests.occupation import d_une_table

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = ("accueil", "espace", "mon_mandat", "sante")


@pytest.fixture
def client_de_l_aidant(client: Client, aidant: Aidant) -> Client:
    client.force_login(aidant)
    client.raise_request_exception = False
    return client


@pytest.fixture
def peu_de_patience() -> Iterator[None]:
    with connection.cursor() as curseur:
        curseur.execute("SET lock_timeout = 100")
    yield
    with connection.cursor() as curseur:
        curseur.execute("RESET lock_timeout")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.usefixtures("peu_de_patience")
def test_page_that_cannot_read_its_session_says_to_try_again(
    client_de_l_aidant: Client, page: str
) -> None:
    with d_une_table("aidants_session"):
        reponse = client_de_l_aidant.get(reverse(page))
    assert reponse.status_code == 503
    assert reponse["Retry-After"]
    assert "recommencez" in reponse.content.decode()


@pytest.mark.usefixtures("peu_de_patience")
def test_form_that_cannot_read_its_session_keeps_what_was_typed(client_de_l_aidant: Client) -> None:
    with d_une_table("aidants_session"):
        reponse = client_de_l_aidant.post(reverse("mon_mandat"), {"code": "ABCDE"})
    assert reponse.status_code == 503
    assert 'value="ABCDE"' in reponse.content.decode()


@contextmanager
def _coupee() -> Iterator[None]:
    """PostgreSQL stops while a statement is on its way."""

    def couper(executer: Any, sql: Any, params: Any, many: bool, contexte: Any) -> Any:
        raise OperationalError("terminating connection") from AdminShutdown()

    with connection.execute_wrapper(couper):
        yield


@pytest.mark.parametrize(("methode", "statut"), [("get", 503), ("post", 500)])
def test_connection_that_breaks_is_no_failure_of_a_reading(
    client_de_l_aidant: Client, methode: str, statut: int
) -> None:
    """Of a writing nobody knows: it is said as a failure."""
    with _coupee():
        reponse = getattr(client_de_l_aidant, methode)(reverse("mon_mandat"))
    assert reponse.status_code == statut
