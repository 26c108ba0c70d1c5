"""Our PostgreSQL backend: its pool neither waits for an absent server nor misses its return."""

import select
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg_pool import PoolTimeout

from aidants_connect.postgresql import absence

# A host that is gone answers nothing at all; a slow one answers sooner than that (seconds).
DELAI = 2


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A live connection of the pool; PoolTimeout at once as long as the server is away."""
        if self.pool and absence.est_constatee():
            self._essayer(conn_params)
        connexion = super().get_new_connection(conn_params)
        while self.pool and est_quittee(connexion):  # the pool opens another in its stead
            connexion.close()
            self.pool.putconn(connexion)
            connexion = super().get_new_connection(conn_params)
        return connexion

    def _essayer(self, conn_params: dict[str, Any]) -> None:
        if not absence.a_moi_d_essayer():
            raise PoolTimeout("the server does not answer")
        try:
            psycopg.connect(**conn_params | {"connect_timeout": DELAI}).close()
        except psycopg.OperationalError as erreur:
            raise PoolTimeout("the server does not answer") from erreur
        absence.lever()


def est_quittee(connexion: "psycopg.Connection[Any]") -> bool:
    """Whether the server has left a connection that was at rest: it has nothing else to tell there.

    Asked of the system, not of the server: without it, each connection of a pool costs one request
    after a restart, and with Django's own check each request costs a round trip.
    """
    if connexion.closed:
        return True
    guet = select.poll()
    guet.register(connexion.fileno(), select.POLLIN)
    return bool(guet.poll(0))
