"""Our PostgreSQL backend: its pool neither waits for an absent server nor misses its return."""

from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg_pool import PoolTimeout

from aidants_connect.postgresql import absence

# A host that is gone answers nothing at all; a slow one answers sooner than that (seconds).
DELAI = 2


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A connection of the pool; PoolTimeout at once as long as the server is away."""
        if self.pool and absence.est_constatee():
            self._essayer(conn_params)
        return super().get_new_connection(conn_params)

    def _essayer(self, conn_params: dict[str, Any]) -> None:
        if not absence.a_moi_d_essayer():
            raise PoolTimeout("the server does not answer")
        try:
            psycopg.connect(**conn_params | {"connect_timeout": DELAI}).close()
        except psycopg.OperationalError as erreur:
            raise PoolTimeout("the server does not answer") from erreur
        absence.lever()
