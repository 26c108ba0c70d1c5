"""Nobody changes or removes a line of the journal: not the application, not the owner.

The application's connection is refused by its rights; the owner's and a superuser's by triggers.
"""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import time_machine
from django.db import connection, transaction
from django.db.utils import DatabaseError

from aidants_connect.postgresql_embarque import serveur
from journal.actions_comptes import CONNEXION
from journal.models import PLATEFORME, Entree, Sujet
from journal.murs import TABLES

pytestmark = pytest.mark.django_db

ROLE = serveur.ROLE_APPLICATION


@pytest.fixture
def entree() -> Entree:
    acte = uuid4()
    Entree.objects.inscrire(CONNEXION, acte=acte, par=PLATEFORME)
    return Entree.objects.get(acte=acte)


@pytest.fixture
def proprietaire(entree: Entree) -> Iterator[None]:
    """The connection of the owner, who migrates; keys are checked now, so that TRUNCATE may try."""
    executer("SET CONSTRAINTS ALL IMMEDIATE")
    executer("RESET ROLE")
    yield
    executer(f"SET ROLE {ROLE}")


def executer(ordre: str, *valeurs: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as curseur:
        curseur.execute(ordre, valeurs or None)
        return curseur.fetchall() if curseur.description else []


def refuse(faire: Callable[[], object], motif: str) -> None:
    with pytest.raises(DatabaseError, match=motif), transaction.atomic():
        faire()


# --- The application ----------------------------------------------------------------------------

PAR_DJANGO: dict[str, Callable[[Entree], object]] = {
    "queryset.update": lambda e: Entree.objects.filter(pk=e.pk).update(action="autre"),
    "queryset.delete": lambda e: Entree.objects.filter(pk=e.pk).delete(),
    "instance.save": lambda e: e.save(),
    "instance.delete": lambda e: e.delete(),
    "bulk_update": lambda e: Entree.objects.bulk_update([e], ["action"]),
    "select_for_update": lambda e: list(Entree.objects.select_for_update()),
    "sujet update": lambda e: Sujet.objects.filter(pk=e.pk).update(auteur_nom="Un autre"),
    "sujet delete": lambda e: Sujet.objects.filter(pk=e.pk).delete(),
    "sujet save": lambda e: e.sujet.save(),
    "sujet instance.delete": lambda e: e.sujet.delete(),
}


@pytest.mark.parametrize("geste", PAR_DJANGO)
def test_application_changes_nothing_through_django(entree: Entree, geste: str) -> None:
    refuse(lambda: PAR_DJANGO[geste](entree), "permission denied")
    assert Entree.objects.get(pk=entree.pk).sujet.ouvre()


EN_SQL = [
    "UPDATE {table} SET {cle} = {cle}",
    "DELETE FROM {table}",
    "TRUNCATE {table} CASCADE",
    "SELECT 1 FROM {table} FOR UPDATE",
    "MERGE INTO {table} USING (SELECT 1) AS s ON true WHEN MATCHED THEN DELETE",
    "ALTER TABLE {table} DISABLE TRIGGER ALL",
    "ALTER TABLE {table} ADD COLUMN ajout int",
    "DROP TRIGGER journal_refuser ON {table}",
    "DROP TABLE {table} CASCADE",
    "CREATE TRIGGER autre BEFORE INSERT ON {table} EXECUTE FUNCTION journal_refuser()",
    "CREATE RULE autre AS ON INSERT TO {table} DO INSTEAD NOTHING",
]
SANS_TABLE = [
    "CREATE OR REPLACE FUNCTION journal_refuser() RETURNS trigger LANGUAGE plpgsql"
    " AS 'BEGIN RETURN NEW; END'",
    "DROP FUNCTION journal_dater() CASCADE",
    "CREATE TABLE journal_autre (id int)",
    "SELECT setval(pg_get_serial_sequence('journal_entree', 'id'), 1)",
    "SET session_replication_role = replica",
    "ALTER ROLE CURRENT_USER SUPERUSER",
]
CLES = {
    "journal_entree": "action",
    "journal_sujet": "auteur_nom",
    "journal_feuille": "empreinte",
    "journal_noeud": "empreinte",
    "journal_sceau": "note",
    "journal_clesceau": "publique",
    "journal_temoin": "contenu",
    "journal_effacement": "purge",
}


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("ordre", EN_SQL)
def test_application_changes_nothing_in_sql(entree: Entree, table: str, ordre: str) -> None:
    sql = ordre.format(table=table, cle=CLES[table])
    refuse(lambda: executer(sql), "permission denied|must be owner")


@pytest.mark.parametrize("ordre", SANS_TABLE)
def test_application_does_not_go_round_the_walls(ordre: str) -> None:
    refuse(lambda: executer(ordre), "permission denied|must be owner")


def test_application_gives_itself_no_right(entree: Entree) -> None:
    executer("GRANT UPDATE ON journal_entree TO CURRENT_USER")  # PostgreSQL only warns
    refuse(lambda: executer("UPDATE journal_entree SET action = 'autre'"), "permission denied")


def test_upsert_changes_nothing(entree: Entree) -> None:
    sql = (
        "INSERT INTO journal_sujet (entree_id, auteur_nom, sel) VALUES (%s, 'Un autre', '')"
        " ON CONFLICT (entree_id) DO UPDATE SET auteur_nom = excluded.auteur_nom"
    )
    refuse(lambda: executer(sql, entree.pk), "permission denied")


# --- What PostgreSQL gives ----------------------------------------------------------------------

_INSERT = (
    "INSERT INTO journal_entree (acte, action, version, auteur_genre, structure_ref, structure_nom,"
    " fs_ref, fs_nom, demarche, details, engagement{colonne}) VALUES"
    " (gen_random_uuid(), 'connexion', 1, 'aidant', '', '', '', '', '', '{{}}', ''{valeur})"
)


@pytest.mark.parametrize(
    ("colonne", "valeur"),
    [("id", "1"), ("id", "DEFAULT"), ("instant", "'2001-01-01'"), ("instant", "DEFAULT")],
)
def test_application_gives_neither_id_nor_time(colonne: str, valeur: str) -> None:
    sql = _INSERT.format(colonne=f", {colonne}", valeur=f", {valeur}")
    forcee = sql.replace(") VALUES", ") OVERRIDING SYSTEM VALUE VALUES")
    refuse(lambda: executer(forcee), "permission denied")


def test_insert_of_the_granted_columns_is_dated_by_the_database() -> None:
    executer(_INSERT.format(colonne="", valeur=""))
    (age,) = executer("SELECT clock_timestamp() - instant < '5 s' FROM journal_entree")
    assert age == (True,)


def test_time_is_not_the_application_s() -> None:
    with time_machine.travel("2001-01-01", tick=False):
        Entree.objects.inscrire(CONNEXION, acte=uuid4(), par=PLATEFORME)
    assert executer("SELECT clock_timestamp() - instant < '5 s' FROM journal_entree") == [(True,)]


def test_owner_gives_no_time_either(proprietaire: None) -> None:
    executer(_INSERT.format(colonne=", instant", valeur=", '2001-01-01'"))
    assert executer("SELECT count(*) FROM journal_entree WHERE instant < '2002-01-01'") == [(0,)]


def test_owner_gives_no_id(proprietaire: None) -> None:
    sql = _INSERT.format(colonne=", id", valeur=", 1")
    refuse(lambda: executer(sql), "non-DEFAULT value")


def test_ids_grow() -> None:
    ids = [Entree.objects.inscrire(CONNEXION, acte=uuid4(), par=PLATEFORME) for _ in range(3)]
    assert ids == sorted(set(ids))


# --- The owner and the superuser ----------------------------------------------------------------

TRIGGERS = [
    "UPDATE journal_entree SET action = 'autre'",
    "DELETE FROM journal_entree",
    "TRUNCATE journal_entree CASCADE",
    "UPDATE journal_sujet SET auteur_nom = 'Un autre'",
    "TRUNCATE journal_sujet",
]


@pytest.mark.parametrize("ordre", TRIGGERS)
def test_owner_is_refused_by_the_triggers(proprietaire: None, ordre: str) -> None:
    refuse(lambda: executer(ordre), "append-only")


def test_owner_does_not_switch_the_triggers_off_by_replication(proprietaire: None) -> None:
    refuse(lambda: executer("SET session_replication_role = replica"), "permission denied")


@pytest.fixture
def superutilisateur(db: None) -> Iterator[psycopg.Connection]:
    """A connection of the embedded server's superuser; what it tries is rolled back."""
    acces = connection.settings_dict
    if "embarque" not in acces["ENGINE"]:
        pytest.skip("The superuser of a PostgreSQL that is not ours cannot be tried.")
    with psycopg.connect(host=acces["HOST"], dbname=acces["NAME"], user="postgres") as lien:
        lien.execute("SET lock_timeout = '5s'")
        yield lien
        lien.rollback()


@pytest.mark.parametrize("ordre", TRIGGERS)
def test_replication_does_not_help_the_superuser(
    superutilisateur: psycopg.Connection, ordre: str
) -> None:
    lien = superutilisateur
    lien.execute(_INSERT.format(colonne="", valeur=""))
    lien.execute(
        "INSERT INTO journal_sujet SELECT id, '', '', '', '', '', '', '', '' FROM journal_entree"
    )
    lien.execute("SET CONSTRAINTS ALL IMMEDIATE")
    lien.execute("SET session_replication_role = replica")
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
        lien.execute(ordre)


# --- The role -----------------------------------------------------------------------------------


def test_application_owns_nothing() -> None:
    possessions = """
        SELECT relname FROM pg_class WHERE relowner = %(r)s::regrole
        UNION ALL SELECT proname FROM pg_proc WHERE proowner = %(r)s::regrole
        UNION ALL SELECT nspname FROM pg_namespace WHERE nspowner = %(r)s::regrole
        UNION ALL SELECT datname FROM pg_database WHERE datdba = %(r)s::regrole
    """
    with connection.cursor() as curseur:
        curseur.execute(possessions, {"r": ROLE})
        assert curseur.fetchall() == []


def test_application_has_no_power_over_roles() -> None:
    assert executer("SELECT current_user") == [(ROLE,)]
    pouvoirs = executer(
        "SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls"
        " FROM pg_roles WHERE rolname = %s",
        ROLE,
    )
    assert pouvoirs == [(False,) * 5]
    assert executer("SELECT 1 FROM pg_auth_members WHERE member = %s::regrole", ROLE) == []


def test_guards_are_always_on() -> None:
    gardes = executer(
        "SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger"
        " WHERE tgrelid = ANY(%s::regclass[]) AND NOT tgisinternal ORDER BY 1, 2",
        list(TABLES),
    )
    communes = [(table, f"journal_refuser{fin}") for table in TABLES for fin in ("", "_truncate")]
    propres = [("journal_entree", "journal_dater"), ("journal_sujet", "journal_garder_sujet")]
    assert gardes == sorted((*garde, "A") for garde in communes + propres)
