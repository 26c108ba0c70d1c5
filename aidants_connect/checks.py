"""Start-up check: a deployment whose journal lacks a wall says so, in one sentence each.

It reads the database, so it runs with `migrate`, `check --database default` and gunicorn's start.
An error in production, a warning in the demo.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from journal.murs import GARDES, ROLE_AUDIT, ROLE_RETENTION, ROLE_SCEAU, TABLES

SUPPORTEES = {"005"}  # the service works without, and says so
CONSEIL = "See docs/journal.md; `migrate --skip-checks` gives the role its rights again."

_ROLE = "SELECT rolname, rolsuper FROM pg_roles WHERE rolname = current_user"
_POSSEDEES = """
SELECT relname FROM pg_class
WHERE oid = ANY(%(tables)s::regclass[]) AND pg_has_role(current_user, relowner, 'MEMBER')
ORDER BY 1
"""
_PERMIS = """
SELECT droit || ' ' || t FROM unnest(%(tables)s::text[]) AS t,
    unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) AS droit
WHERE has_table_privilege(t, droit)
    OR (droit = 'UPDATE' AND has_any_column_privilege(t, droit))
ORDER BY 1
"""
_TOUJOURS = """
SELECT tgrelid::regclass::text, tgname FROM pg_trigger
WHERE tgrelid = ANY(%(tables)s::regclass[]) AND tgenabled = 'A'
"""
_MIGREE = "SELECT bool_and(to_regclass(t) IS NOT NULL) FROM unnest(%(tables)s::text[]) t"
_ROLES = "SELECT rolname FROM pg_roles"


@register(Tags.database)
def murs_du_journal(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Check the walls around the journal, as the role of each connection meets them."""
    return [message for alias in databases or () for message in _verifier(connections[alias])]


def _verifier(connexion: BaseDatabaseWrapper) -> list[CheckMessage]:
    grave = Error if settings.EN_PRODUCTION else Warning
    try:
        faiblesses = list(_faiblesses(connexion))
    except OperationalError:  # the service may start before its database: /sante says it
        return [Warning("The database does not answer: the journal's walls are unknown.")]
    return [
        (Warning if code in SUPPORTEES else grave)(phrase, hint=CONSEIL, id=f"journal.{code}")
        for code, phrase in faiblesses
    ]


def _faiblesses(connexion: BaseDatabaseWrapper) -> Iterator[tuple[str, str]]:
    if _lire(connexion, _MIGREE) != [(True,)]:
        return  # nothing is migrated yet
    ((role, tout_puissant),) = _lire(connexion, _ROLE)
    qui = f"The application's database role {role}"
    if tout_puissant:
        yield "001", f"{qui} is a superuser: nothing in the database can stop it."
    elif possedees := _lire(connexion, _POSSEDEES):
        yield "002", f"{qui} owns {_liste(possedees)}: it can lower the journal's walls."
    elif permis := _lire(connexion, _PERMIS):
        yield "003", f"{qui} may {_liste(permis)}, but the journal is append-only."
    if manquantes := set(GARDES) - set(_lire(connexion, _TOUJOURS)):
        noms = ", ".join(sorted(f"{garde} on {table}" for table, garde in manquantes))
        yield "004", f"These guards of the journal are not ENABLE ALWAYS: {noms}."
    a_part = {(ROLE_SCEAU,), (ROLE_RETENTION,), (ROLE_AUDIT,)}
    if absents := sorted(a_part - set(_lire(connexion, _ROLES))):
        yield "005", f"Without the roles {_liste(absents)}, the application's does their work."


def _liste(lignes: list[tuple[Any, ...]]) -> str:
    return ", ".join(str(ligne[0]) for ligne in lignes)


def _lire(connexion: BaseDatabaseWrapper, requete: str) -> list[tuple[Any, ...]]:
    with connexion.cursor() as curseur:
        curseur.execute(requete, {"tables": list(TABLES)})
        return list(curseur.fetchall())
