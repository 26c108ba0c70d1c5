"""Working under a role of its own: the sealer's, retention's or audit's, for one command."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

ACCES = ("USER", "PASSWORD", "HOST", "PORT")


@contextmanager
def sous_le_role(metier: str, alias: str = "default") -> Iterator[BaseDatabaseWrapper]:
    """Open the connection of `metier` ("sceau", "retention", "audit") in place of the default.

    Where the deployment gives it no role of its own, the application's serves.
    """
    connexion = connections[alias]
    avant = {cle: connexion.settings_dict[cle] for cle in ACCES}
    voulu = {cle: v for cle, v in settings.BASES_JOURNAL[metier].items() if cle in ACCES}
    if voulu.get("USER") in (None, avant["USER"]):
        yield connexion
        return
    # A pool tries an absent server ever more rarely; who works alone on one connection needs none.
    pool = connexion.settings_dict["OPTIONS"].get("pool")
    _passer(connexion, voulu, pool=None)
    try:
        yield connexion
    finally:
        _passer(connexion, avant, pool=pool)


@contextmanager
def a_cote(metier: str, alias: str = "default") -> Iterator[BaseDatabaseWrapper]:
    """Open a second connection, of `metier`'s role, beside the default one, which stays.

    For a task that reads under one role and writes what it found under the application's.
    """
    connexion = connections[alias]
    voulu = {cle: v for cle, v in settings.BASES_JOURNAL[metier].items() if cle in ACCES}
    if voulu.get("USER") in (None, connexion.settings_dict["USER"]):
        yield connexion
        return
    autre = connexion.copy()
    autre.settings_dict |= voulu
    autre.settings_dict["OPTIONS"].pop("pool", None)
    try:
        yield autre
    finally:
        autre.close()


def _passer(connexion: BaseDatabaseWrapper, acces: dict[str, str], *, pool: Any) -> None:
    connexion.close()
    connexion.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's backend has it
    connexion.settings_dict |= acces
    connexion.settings_dict["OPTIONS"].pop("pool", None)
    if pool is not None:
        connexion.settings_dict["OPTIONS"]["pool"] = pool
