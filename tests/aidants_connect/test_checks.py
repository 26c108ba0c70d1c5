"""The start-up check says each wall that the journal lacks: an error in production."""

from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.checks import Error, Warning, run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection, connections

from aidants_connect.checks import murs_du_journal
from aidants_connect.postgresql_embarque import serveur
from journal.murs import GARDES, TABLES

pytestmark = pytest.mark.django_db

ROLE = serveur.ROLE_APPLICATION
Affaiblir = Callable[[str], None]


@pytest.fixture
def affaiblir() -> Affaiblir:
    """Lower a wall as the owner, inside the test's transaction."""

    def faire(ordre: str) -> None:
        with connection.cursor() as curseur:
            curseur.execute(f"RESET ROLE; {ordre}; SET ROLE {ROLE}")

    return faire


def trouves() -> dict[str, str]:
    return {str(message.id): message.msg for message in murs_du_journal(["default"])}


def test_walls_of_the_project_are_whole() -> None:
    assert trouves() == {}


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("droit", ["UPDATE", "DELETE", "TRUNCATE"])
def test_right_too_many(affaiblir: Affaiblir, table: str, droit: str) -> None:
    affaiblir(f"GRANT {droit} ON {table} TO {ROLE}")
    phrase = f"The application's database role {ROLE} may {droit} {table}, but the journal is"
    assert trouves() == {"journal.003": f"{phrase} append-only."}


def test_right_over_one_column_is_one_too_many(affaiblir: Affaiblir) -> None:
    affaiblir(f"GRANT UPDATE (usager_nom) ON journal_sujet TO {ROLE}")
    assert list(trouves()) == ["journal.003"]


@pytest.mark.parametrize(("table", "garde"), sorted(GARDES))
@pytest.mark.parametrize("etat", ["DISABLE", "ENABLE", "ENABLE REPLICA"])
def test_guard_lowered(affaiblir: Affaiblir, table: str, garde: str, etat: str) -> None:
    affaiblir(f"ALTER TABLE {table} {etat} TRIGGER {garde}")
    phrase = f"These guards of the journal are not ENABLE ALWAYS: {garde} on {table}."
    assert trouves() == {"journal.004": phrase}


def test_guard_removed(affaiblir: Affaiblir) -> None:
    affaiblir("DROP TRIGGER journal_refuser ON journal_sujet")
    assert list(trouves()) == ["journal.004"]


@pytest.fixture
def sous_le_proprietaire() -> Iterator[None]:
    with connection.cursor() as curseur:
        curseur.execute("RESET ROLE")
        yield
        curseur.execute(f"SET ROLE {ROLE}")


def test_application_that_owns_the_journal(sous_le_proprietaire: None) -> None:
    assert list(trouves()) == ["journal.002"]


def test_application_that_owns_one_table(affaiblir: Affaiblir) -> None:
    ordre = f"GRANT CREATE ON SCHEMA public TO {ROLE}; ALTER TABLE journal_sujet OWNER TO {ROLE}"
    affaiblir(ordre)
    phrase = f"The application's database role {ROLE} owns journal_sujet: it can lower the"
    assert trouves() == {"journal.002": f"{phrase} journal's walls."}


def test_application_that_is_a_superuser() -> None:
    if "embarque" not in connection.settings_dict["ENGINE"]:
        pytest.skip("The superuser of a PostgreSQL that is not ours cannot be tried.")
    autre = connections.create_connection("default")
    autre.settings_dict = {**connection.settings_dict, "USER": "postgres"}
    connections["superutilisateur"] = autre
    try:
        with autre.cursor() as curseur:
            curseur.execute("RESET ROLE")
        (message,) = murs_du_journal(["superutilisateur"])
        assert message.id == "journal.001"
    finally:
        autre.close()
        del connections["superutilisateur"]


def test_database_not_migrated_yet_says_nothing(affaiblir: Affaiblir) -> None:
    affaiblir("ALTER TABLE journal_entree RENAME TO journal_ailleurs")
    assert trouves() == {}


@pytest.mark.parametrize(("en_production", "genre"), [(True, Error), (False, Warning)])
def test_error_in_production_warning_in_the_demo(
    affaiblir: Affaiblir, settings: Any, en_production: bool, genre: type
) -> None:
    settings.EN_PRODUCTION = en_production
    affaiblir(f"GRANT DELETE ON journal_sujet TO {ROLE}")
    (message,) = [m for m in run_checks(databases=["default"]) if m.id == "journal.003"]
    assert type(message) is genre


def test_command_check_fails_in_production(affaiblir: Affaiblir, settings: Any) -> None:
    settings.EN_PRODUCTION = True
    affaiblir(f"GRANT DELETE ON journal_sujet TO {ROLE}")
    with pytest.raises(SystemCheckError, match="may DELETE journal_sujet"):
        call_command("check", databases=["default"], stderr=StringIO())


def test_without_a_database_named_nothing_is_read(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert murs_du_journal(None) == []
