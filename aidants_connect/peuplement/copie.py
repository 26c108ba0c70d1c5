"""COPY into empty tables: without foreign keys, indexes and triggers, which come back after."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import models
from django.db.models.fields import NOT_PROVIDED
from django.utils import timezone
from psycopg import Connection, Cursor
from psycopg.types.json import Jsonb

Ligne = Mapping[str, Any]
Suivi = Callable[[Iterable[str]], Iterable[str]]

# Foreign keys, to these tables too; then the keys that they point at: dropped in that order.
_CLES = """
SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
FROM pg_constraint WHERE contype IN ('f', 'p', 'u', 'x')
AND (conrelid = ANY(%(t)s::regclass[]) OR confrelid = ANY(%(t)s::regclass[]))
ORDER BY contype <> 'f', conrelid, conname
"""
_INDEX = """
SELECT quote_ident(c.relname), pg_get_indexdef(i.indexrelid)
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = ANY(%(t)s::regclass[])
AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype <> 'f')
"""
_GARDES = """
SELECT tgrelid::regclass::text, quote_ident(tgname), tgenabled::text FROM pg_trigger
WHERE tgrelid = ANY(%(t)s::regclass[]) AND NOT tgisinternal
"""


@contextmanager
def sans_entraves(
    connexion: Connection[Any], tables: Sequence[str], *, suivre: Suivi = iter
) -> Iterator[None]:
    """Lift what each row would be checked by; put it back, and check all of it at once.

    Under the role that owns the tables. Unique keys are lifted too: most are of random values, and
    a large tree that grows in a random order reads and writes back a page for each row. `suivre`
    sees the orders go by that put them back.
    """
    cles, index, gardes = (
        connexion.execute(requete, {"t": list(tables)}).fetchall()
        for requete in (_CLES, _INDEX, _GARDES)
    )
    _ordonner(connexion, [f"ALTER TABLE {t} DISABLE TRIGGER {n}" for t, n, _ in gardes])
    _ordonner(connexion, [f"ALTER TABLE {t} DROP CONSTRAINT {n}" for t, n, _ in cles])
    _ordonner(connexion, [f"DROP INDEX {n}" for n, _ in index])
    try:
        yield
    finally:
        ordres = [f"ALTER TABLE {t} ADD CONSTRAINT {n} {d}" for t, n, d in reversed(cles)]
        ordres += [definition for _, definition in index]
        ordres += [_relever(*garde) for garde in gardes]
        _ordonner(connexion, suivre(ordres))


def _relever(table: str, nom: str, etat: str) -> str:
    verbe = {"A": "ENABLE ALWAYS", "O": "ENABLE", "R": "ENABLE REPLICA", "D": "DISABLE"}[etat]
    return f"ALTER TABLE {table} {verbe} TRIGGER {nom}"


def _ordonner(connexion: Connection[Any], ordres: Iterable[str]) -> None:
    for ordre in ordres:
        connexion.execute(ordre)


def copier(curseur: Cursor[Any], modele: type[models.Model], lignes: Iterable[Ligne]) -> int:
    """COPY rows, given by column; a column that is not given takes the model's own default."""
    defauts: dict[str, Any] = {
        str(champ.column): _defaut(champ)
        for champ in modele._meta.concrete_fields
        if not isinstance(champ, models.AutoField | models.BigAutoField)
    }
    json = {c.column for c in modele._meta.concrete_fields if isinstance(c, models.JSONField)}
    nombre = 0
    ordre = f"COPY {modele._meta.db_table} ({', '.join(defauts)}) FROM STDIN"
    with curseur.copy(ordre) as copie:
        for ligne in lignes:
            valeurs = {**defauts, **ligne}
            copie.write_row([Jsonb(v) if c in json else v for c, v in valeurs.items()])
            nombre += 1
    return nombre


def _defaut(champ: "models.Field[Any, Any]") -> Any:
    if champ.default is not NOT_PROVIDED:
        return champ.get_default()
    if getattr(champ, "auto_now_add", False) or getattr(champ, "auto_now", False):
        return timezone.now()
    return None if champ.null else ""
