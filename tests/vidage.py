"""The flush after a transactional test: the database is again as the migrations left it.

Django's own truncates every table, even those that nothing has filled, forgets what the migrations
have loaded, and makes content types anew: long, and another world for the tests that come after.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

ORDRES = {"O": "ENABLE TRIGGER", "A": "ENABLE ALWAYS TRIGGER"}
TRIGGERS = """
SELECT tgrelid::regclass::text, tgname, tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
"""


@dataclass
class Depart:
    """What the migrations have left: the rows that they have loaded, and each trigger awake."""

    triggers: list[tuple[str, str, str]]
    lignes: dict[str, bytes]

    @classmethod
    def lire(cls) -> "Depart":
        tables = connection.introspection.django_table_names(only_existing=True)
        with connection.cursor() as curseur:
            curseur.execute(TRIGGERS)
            triggers = curseur.fetchall()
            pleines = _pleines(curseur, tables)
            return cls(triggers, {t: _copier(curseur, t) if t in pleines else b"" for t in tables})

    def retablir(self) -> None:
        """As the owner, who alone can put the triggers to sleep."""
        with connection.cursor() as curseur:
            changees = self._changees(curseur)
            endormies = [t for t in self.triggers if t[0] in changees]
            for table in {table for table, _, _ in endormies}:
                curseur.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            with transaction.atomic():  # the foreign keys are looked at when it ends
                # By name: an authorisation goes before its mandat, whose key is looked at at once.
                for table in sorted(changees):
                    curseur.execute(f"DELETE FROM {table}")  # noqa: S608 - our own tables
                    _coller(curseur, table, self.lignes[table])
            for table, nom, etat in endormies:
                curseur.execute(f"ALTER TABLE {table} {ORDRES[etat]} {nom}")

    def _changees(self, curseur: Any) -> set[str]:
        """The tables that the test has filled, emptied or changed."""
        pleines = _pleines(curseur, list(self.lignes))
        chargees = {table for table, lignes in self.lignes.items() if lignes}
        relues = {t for t in chargees if _copier(curseur, t) != self.lignes[t]}
        return (pleines - chargees) | relues


def _pleines(curseur: Any, tables: list[str]) -> set[str]:
    chacune = (f"SELECT '{t}' WHERE EXISTS (SELECT FROM {t})" for t in tables)  # noqa: S608
    curseur.execute(" UNION ALL ".join(chacune))
    return {table for (table,) in curseur.fetchall()}


def _copier(curseur: Any, table: str) -> bytes:
    with curseur.cursor.copy(f"COPY {table} TO STDOUT") as copie:
        return b"".join(copie)


def _coller(curseur: Any, table: str, lignes: bytes) -> None:
    with curseur.cursor.copy(f"COPY {table} FROM STDIN") as copie:
        copie.write(lignes)
