"""The tests live under the walls of production: the connection is the owner's, in the role of the
application, which owns nothing. The flush between transactional tests goes through the owner.
"""

from collections.abc import Callable, Hashable, Iterator
from typing import Any
from unittest import mock

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.test import Client, TransactionTestCase

from aidants.models import Aidant, AppareilTotp
from aidants_connect.management.commands import migrate
from fournisseur_identite import debits
from journal.droits import accorder
from tests import cles
from tests.clients_http import ouvrir_session
from tests.factories import AidantFactory, aidant_au_travail
from tests.vidage import Depart
from usagers import atelier

pytest_plugins = ["tests.fixtures_demo", "tests.ouvriers"]
# No test is timed: a busy machine must not fail one.
hypothesis.settings.register_profile(
    "sans_delai", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("sans_delai")
# Those of production, fifteen seconds for a statement, would end the work of a busy machine. A test
# of a wait sets its own.
DELAIS = (
    "-c statement_timeout=5min -c lock_timeout=1min -c idle_in_transaction_session_timeout=10min"
)
ROLE = settings.DATABASES["default"]["USER"]  # the application's, read before it is changed


def pytest_configure() -> None:
    """Connect as the owner, who makes the test database; see `django_db_setup` for the role."""
    proprietaire = {cle: settings.BASE_PROPRIETAIRE.get(cle, "") for cle in ("USER", "PASSWORD")}
    settings.DATABASES["default"] |= proprietaire
    settings.DATABASES["default"]["OPTIONS"].pop("pool", None)
    settings.DATABASES["default"]["OPTIONS"]["options"] = DELAIS
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    settings.SITE_URL = "http://testserver"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
) -> Iterator[None]:
    """`migrate` makes keys, and a line of the journal for each: the tests put their own."""
    with mock.patch.object(migrate, "premieres_cles"):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """After the migrations, hand every connection to the application's role."""
    with django_db_blocker.unblock():
        accorder(connection, ROLE)
        cles.poser()
        DEPART.append(Depart.lire())
        connection_created.connect(_prendre_le_role, dispatch_uid="role")
        _prendre_le_role(connection=connection)
    yield
    connection_created.disconnect(dispatch_uid="role")
    with django_db_blocker.unblock(), connection.cursor() as curseur:
        curseur.execute("RESET ROLE")


def _prendre_le_role(*, connection: BaseDatabaseWrapper, **_: Any) -> None:
    with connection.cursor() as curseur:
        curseur.execute(f"SET ROLE {ROLE}")


DEPART: list[Depart] = []


def _vider(test: TransactionTestCase) -> None:
    """Flush through the owner, who alone can lower the walls, and raise them again."""
    with connection.cursor() as curseur:
        curseur.execute("RESET ROLE")
        DEPART[0].retablir()
        curseur.execute(f"SET ROLE {ROLE}")


TransactionTestCase._fixture_teardown = _vider  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _cache_propre() -> None:
    cache.clear()


@pytest.fixture(autouse=True)
def _debits_pleins() -> None:
    for debit in debits.TOUS:
        debit.oublier()


@pytest.fixture(scope="module")
def base_du_module(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """A transaction around the tests of a module; with what it gives, its fixtures write there.

    Each test finds what they wrote, and what it does itself is undone after it, as everywhere.
    """
    autour = transaction.atomic()
    with django_db_blocker.unblock():
        autour.__enter__()
    yield django_db_blocker
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        autour.__exit__(None, None, None)


PAPIERS: dict[Hashable, Any] = {}


@pytest.fixture
def papier_partage(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compose and seal one paper of each kind, which is every mandat's: for who reads none."""

    def confier(travail: str, *valeurs: Any, **options: Any) -> Any:
        genre = (travail, *sorted(options.items()))
        if genre not in PAPIERS:
            PAPIERS[genre] = atelier.confier(travail, *valeurs, **options)
        return PAPIERS[genre]

    for module in ("usagers.papier", "mandats.sceau_pdf"):
        monkeypatch.setattr(f"{module}.confier", confier)


@pytest.fixture
def aidant(db: None) -> Aidant:
    """An aidant of one structure, with a TOTP application."""
    return aidant_au_travail()


@pytest.fixture
def appareil(aidant: Aidant) -> AppareilTotp:
    return AppareilTotp.objects.get(user=aidant)


@pytest.fixture
def connecter(client: Client) -> Callable[[Aidant], Client]:
    """Open the session of an account, as after a password and a code."""

    def faire(personne: Aidant) -> Client:
        ouvrir_session(client, personne)
        return client

    return faire


@pytest.fixture
def client_aidant(client: Client, aidant: Aidant) -> Client:
    ouvrir_session(client, aidant)
    return client


@pytest.fixture
def sans_role(db: None) -> Aidant:
    return AidantFactory()
