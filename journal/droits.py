"""What each role may do in the database: nobody changes a line of the journal.

Applied after each migration by the owner. The application inserts into the journal, on named
columns only (PostgreSQL gives the id and the time), and reads it. The sealer, retention and audit
have roles of their own; where the sealer's does not exist, the application's seals.
"""

from collections.abc import Iterable

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

from journal import rapprochement, retention
from journal.murs import (
    DONNEES_PAR_LA_BASE,
    ROLE_AUDIT,
    ROLE_RETENTION,
    ROLE_SCEAU,
    SCEAUX,
    TABLES,
)
from journal.rapprochement import Rapprochement
from journal.retention import Regle

ECRITES = ("journal_entree", "journal_sujet")


def accorder(connexion: BaseDatabaseWrapper, role: str) -> None:
    """Give `role`, the application's, and those beside it their rights over the schema, at once.

    `connexion` is the owner's. In one transaction: no role is ever seen with more rights.
    """
    ordres = [
        "GRANT USAGE ON SCHEMA public TO {role}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
    ]
    with transaction.atomic(using=connexion.alias):
        for ordre in ordres:
            _executer(connexion, ordre, role)
        _retirer(connexion, role)
        _lire(connexion, role, TABLES)
        _inscrire(connexion, role)
        if not _existe(connexion, ROLE_SCEAU):
            _inserer(connexion, role, SCEAUX)
        _accorder_a_cote(connexion)


def _accorder_a_cote(connexion: BaseDatabaseWrapper) -> None:
    """The rights of the sealer, of retention and of audit, where these roles exist."""
    lectures = {
        ROLE_SCEAU: [table for table in TABLES if table != "journal_sujet"],
        ROLE_RETENTION: list(TABLES),
        ROLE_AUDIT: list(TABLES),
    }
    for role in (r for r in lectures if _existe(connexion, r)):
        _executer(connexion, "GRANT USAGE ON SCHEMA public TO {role}", role)
        _retirer(connexion, role)
        _lire(connexion, role, lectures[role])
    if _existe(connexion, ROLE_SCEAU):
        _inserer(connexion, ROLE_SCEAU, SCEAUX)
    if _existe(connexion, ROLE_AUDIT):
        _lire_ailleurs(connexion, ROLE_AUDIT, rapprochement.tous())
    if _existe(connexion, ROLE_RETENTION):
        _lire_ailleurs(connexion, ROLE_RETENTION, retention.regles())
        _inscrire(connexion, ROLE_RETENTION)
        _inserer(connexion, ROLE_RETENTION, ["journal_effacement"])
        _executer(connexion, "GRANT DELETE ON {table} TO {role}", ROLE_RETENTION, "journal_sujet")


def _retirer(connexion: BaseDatabaseWrapper, role: str) -> None:
    for table in TABLES:
        _executer(connexion, "REVOKE ALL ON {table} FROM {role}", role, table)


def _lire(connexion: BaseDatabaseWrapper, role: str, tables: Iterable[str]) -> None:
    for table in tables:
        _executer(connexion, "GRANT SELECT ON {table} TO {role}", role, table)


def _inserer(connexion: BaseDatabaseWrapper, role: str, tables: Iterable[str]) -> None:
    for table in tables:
        _executer(connexion, "GRANT INSERT ON {table} TO {role}", role, table)


def _inscrire(connexion: BaseDatabaseWrapper, role: str) -> None:
    """Adding lines: every column but those that PostgreSQL gives."""
    for table in ECRITES:
        donnees = DONNEES_PAR_LA_BASE if table == "journal_entree" else ()
        colonnes = [c for c in _colonnes(connexion, table) if c not in donnees]
        _sur_colonnes(connexion, "INSERT", role, table, colonnes)


def _lire_ailleurs(
    connexion: BaseDatabaseWrapper, role: str, lecteurs: Iterable[Rapprochement | Regle]
) -> None:
    """The columns of the other apps that a comparison or a term needs, and no other."""
    for lecteur in lecteurs:
        for table, colonnes in lecteur.lectures.items():
            _sur_colonnes(connexion, "SELECT", role, table, sorted(colonnes))


def _sur_colonnes(
    connexion: BaseDatabaseWrapper, droit: str, role: str, table: str, colonnes: Iterable[str]
) -> None:
    liste = sql.SQL(", ").join(map(sql.Identifier, colonnes))
    ordre = "GRANT " + droit + " ({colonnes}) ON {table} TO {role}"
    _executer(connexion, ordre, role, table, colonnes=liste)


def _executer(
    connexion: BaseDatabaseWrapper, ordre: str, role: str, table: str = "", **autres: sql.Composable
) -> None:
    if table and not _colonnes(connexion, table):
        return  # not migrated yet, or no longer
    noms = {"role": sql.Identifier(role), "table": sql.Identifier(table or "public"), **autres}
    with connexion.cursor() as curseur:
        curseur.execute(sql.SQL(ordre).format(**noms))


def _existe(connexion: BaseDatabaseWrapper, role: str) -> bool:
    with connexion.cursor() as curseur:
        curseur.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        return curseur.fetchone() is not None


def _colonnes(connexion: BaseDatabaseWrapper, table: str) -> list[str]:
    with connexion.cursor() as curseur:
        curseur.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attnum > 0"
            " AND NOT attisdropped ORDER BY attnum",
            [table],
        )
        return [nom for (nom,) in curseur.fetchall()]
