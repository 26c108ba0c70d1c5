"""Statements that PostgreSQL prepares once by connection: those of every page and every exchange.

To plan a read of nine tables takes PostgreSQL ten times longer than to run it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import psycopg
from django.db import connection


@dataclass(frozen=True)
class _Texte:
    """A statement, where Django looks for what was run (`connection.queries`)."""

    query: bytes


class _Curseur(psycopg.Cursor[Any]):
    """Sends the values beside the statement."""

    def execute(self, query: Any, params: Any = None, **_: Any) -> Any:
        super().execute(query, params, prepare=True)
        if connection.queries_logged:
            self._query: Any = _Texte(query.encode())
        return self


@contextmanager
def curseur_prepare() -> Iterator[Any]:
    """Django's own cursor, with its counts, its wrappers and its errors, over a prepared one.

    Django leaves `prepare_threshold` at None, by which nothing is ever prepared; its other
    statements carry their values and are not to be kept.
    """
    django: Any = connection
    django.ensure_connection()
    brute = cast("psycopg.Connection[Any]", connection.connection)
    # What `connection.cursor()` does, without a cursor of Django's that would serve nothing.
    with django._prepare_cursor(_Curseur(brute)) as curseur:
        brute.prepare_threshold = 0
        try:
            yield curseur
        finally:
            brute.prepare_threshold = None
