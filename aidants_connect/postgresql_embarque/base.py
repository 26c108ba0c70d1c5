"""Our PostgreSQL backend over the embedded server, which it starts on first use."""

from typing import Any

from django.conf import settings

from aidants_connect.postgresql import base
from aidants_connect.postgresql_embarque.serveur import demarrer


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL whose server is started by the first connection."""

    def get_connection_params(self) -> dict[str, Any]:
        if not self.settings_dict["HOST"]:
            self.settings_dict["HOST"] = demarrer(settings.DOSSIER_DONNEES)
        params: dict[str, Any] = super().get_connection_params()
        return params
