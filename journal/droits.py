"""What the application's role may do in the database: everything but touch the journal.

Applied after each migration by the owner. The application inserts into the journal, on named
columns only (PostgreSQL gives the id and the time), and reads it.
"""

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

_JOURNAL = ("journal_entree", "journal_sujet")
_COLONNES_DONNEES = {"journal_entree": ("id", "instant"), "journal_sujet": ()}


def accorder(connexion: BaseDatabaseWrapper, role: str) -> None:
    """Give `role` its rights over the schema, at once; `connexion` is the owner's.

    In one transaction: the application is never seen with more rights than these.
    """
    ordres = [
        "GRANT USAGE ON SCHEMA public TO {role}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
    ]
    with transaction.atomic(using=connexion.alias), connexion.cursor() as curseur:
        for ordre in ordres:
            curseur.execute(sql.SQL(ordre).format(role=sql.Identifier(role)))
        for table in _JOURNAL:
            _fermer(connexion, table, role)


def _fermer(connexion: BaseDatabaseWrapper, table: str, role: str) -> None:
    with connexion.cursor() as curseur:
        curseur.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
            " AND NOT attisdropped",
            [table],
        )
        colonnes = [n for (n,) in curseur.fetchall() if n not in _COLONNES_DONNEES[table]]
        noms = {"table": sql.Identifier(table), "role": sql.Identifier(role)}
        curseur.execute(sql.SQL("REVOKE ALL ON {table} FROM {role}").format(**noms))
        curseur.execute(sql.SQL("GRANT SELECT ON {table} TO {role}").format(**noms))
        liste = sql.SQL(", ").join(map(sql.Identifier, colonnes))
        curseur.execute(
            sql.SQL("GRANT INSERT ({colonnes}) ON {table} TO {role}").format(colonnes=liste, **noms)
        )
