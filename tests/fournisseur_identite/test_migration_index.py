"""The migration that builds an index beside the uses may stop half-way: it is run again."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.db.migrations.loader import MigrationLoader

pytestmark = pytest.mark.django_db
APP, AVANT, MIGRATION = "fournisseur_identite", "0005_nonce_unique", "0006_index_des_connexions"
SCHEMA = "migration_a_reprendre"
CONSTRUIRE = "CREATE {} INDEX CONCURRENTLY connexion_par_id_token ON fournisseur_identite_connexion"
# As Django made it, with the columns that the migration is about.
TABLE = """
CREATE TABLE fournisseur_identite_connexion (
    code_sha256 varchar(64) CONSTRAINT fournisseur_identite_connexion_code_sha256_key UNIQUE,
    id_token_sha256 varchar(64)
);
CREATE INDEX a_code_sha256_like ON fournisseur_identite_connexion (code_sha256 text_pattern_ops);
CREATE INDEX an_id_token_sha256 ON fournisseur_identite_connexion (id_token_sha256);
INSERT INTO fournisseur_identite_connexion VALUES ('a', 'jeton'), ('b', 'jeton')
"""
INDEX = """
SELECT c.relname, i.indisvalid, pg_get_expr(i.indpred, i.indrelid) IS NOT NULL
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = 'fournisseur_identite_connexion'::regclass
"""
FAITE = {("connexion_code_unique", True, False), ("connexion_par_id_token", True, True)}


@pytest.fixture
def base() -> Iterator[Any]:
    """A schema of its own, which nobody else looks in."""
    base: Any = connection.copy()
    base.settings_dict["OPTIONS"].pop("pool", None)
    base.settings_dict["OPTIONS"]["options"] = f"-c search_path={SCHEMA}"
    try:
        executer(base, "RESET ROLE")  # the owner's, as `migrate`
        executer(base, f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        executer(base, f"CREATE SCHEMA {SCHEMA}")
        executer(base, TABLE)
        yield base
        executer(base, f"DROP SCHEMA {SCHEMA} CASCADE")
    finally:
        base.close()


def executer(base: Any, sql: str) -> None:
    with base.cursor() as curseur:
        curseur.execute(sql)


def index(base: Any) -> set[tuple[str, bool, bool]]:
    with base.cursor() as curseur:
        return set(curseur.execute(INDEX).fetchall())


def migrer(base: Any, sens: str = "apply") -> None:
    loader = MigrationLoader(connection)
    etat = loader.project_state((APP, AVANT))
    with base.schema_editor(atomic=False) as editeur:
        getattr(loader.get_migration(APP, MIGRATION), sens)(etat, editeur)


def test_index_that_was_left_invalid_is_built_again(base: Any) -> None:
    with pytest.raises(IntegrityError):  # two rows of the same token: it stops, and stays
        executer(base, CONSTRUIRE.format("UNIQUE") + "(id_token_sha256)")
    assert ("connexion_par_id_token", False, False) in index(base)
    migrer(base)
    assert index(base) == FAITE


def test_index_that_was_left_whole_is_built_again(base: Any) -> None:
    executer(base, CONSTRUIRE.format("") + "(id_token_sha256) WHERE id_token_sha256 <> ''")
    migrer(base)
    assert index(base) == FAITE


def test_migration_that_was_done_and_not_recorded(base: Any) -> None:
    migrer(base)
    migrer(base)
    assert index(base) == FAITE


def test_way_back_can_be_taken_again(base: Any) -> None:
    migrer(base)
    migrer(base, "unapply")
    migrer(base, "unapply")
    noms = {nom for nom, _, _ in index(base)}
    assert "connexion_par_id_token" not in noms
    migrer(base)
    assert index(base) == FAITE
