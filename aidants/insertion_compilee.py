"""The insertion of a row that is written in every use: its statement once, its values each time.

To form the same INSERT anew takes the ORM three times longer than to send it.
"""

from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connection, models

from journal.curseurs import curseur_prepare

M = TypeVar("M", bound=models.Model)


class InsertionCompilee(Generic[M]):
    """`sauf` is what PostgreSQL is told of rows that it must leave out (`ON CONFLICT`)."""

    def __init__(self, modele: type[M], *, sauf: str = "") -> None:
        self._modele, self._sauf = modele, sauf

    def inserer(self, objet: M) -> bool:
        """Write a new row as `save(force_insert=True)` does; False when it was left out."""
        valeurs = [
            champ.get_db_prep_save(champ.pre_save(objet, True), connection)
            for champ in self._champs
        ]
        with curseur_prepare() as curseur:
            curseur.execute(self._sql, valeurs)
            ecrite: bool = curseur.rowcount == 1
        objet._state.adding, objet._state.db = not ecrite, connection.alias
        return ecrite

    @cached_property
    def _champs(self) -> list[Any]:
        return list(self._modele._meta.concrete_fields)

    @cached_property
    def _sql(self) -> str:
        colonnes = ", ".join(connection.ops.quote_name(champ.column) for champ in self._champs)
        places = ", ".join(map(self._place, self._champs))
        table = connection.ops.quote_name(self._modele._meta.db_table)
        return f"INSERT INTO {table} ({colonnes}) VALUES ({places}) {self._sauf}"  # noqa: S608 - our own columns

    @staticmethod
    def _place(champ: Any) -> str:
        """What stands for a value: some types are named beside it (`ArrayField`)."""
        placer = getattr(champ, "get_placeholder", None)
        return str(placer(None, None, connection)) if placer else "%s"
