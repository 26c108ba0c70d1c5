"""Working under a role of its own: the sealer's, retention's or audit's, for one command."""

from collections.abc import Iterator
from contextlib import contextmanager

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
    _passer(connexion, voulu)
    try:
        yield connexion
    finally:
        _passer(connexion, avant)


def _passer(connexion: BaseDatabaseWrapper, acces: dict[str, str]) -> None:
    connexion.close()
    connexion.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's backend has it
    connexion.settings_dict |= acces
