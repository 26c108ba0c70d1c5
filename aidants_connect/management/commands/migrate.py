"""`migrate` under the role that owns the tables, the application's rights, our first keys."""

from typing import Any

from django.conf import settings
from django.core.management.commands.migrate import Command as Migrate
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from fournisseur_identite.models import CleSignature
from journal.droits import accorder
from journal.models import PLATEFORME


class Command(Migrate):
    """Migrate as `DATABASE_OWNER_URL`'s role: the application's owns nothing."""

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["skip_checks"]:  # as the application: its own walls are looked at
            self.check(databases=[options["database"]])
        options["skip_checks"] = True
        connexion = connections[options["database"]]
        application = connexion.settings_dict["USER"]
        proprietaire = settings.BASE_PROPRIETAIRE
        avant = {cle: connexion.settings_dict[cle] for cle in ("USER", "PASSWORD")}
        _changer_de_role(connexion, proprietaire["USER"], proprietaire.get("PASSWORD", ""))
        try:
            super().handle(*args, **options)
            if application and application != proprietaire["USER"]:
                accorder(connexion, application)
            premieres_cles(connexion)
        finally:
            _changer_de_role(connexion, avant["USER"], avant["PASSWORD"])


def premieres_cles(connexion: Any) -> None:
    """Make them once every migration is in: `migrate journal 0001` leaves tables out."""
    executeur = MigrationExecutor(connexion)
    if not executeur.migration_plan(executeur.loader.graph.leaf_nodes()):
        CleSignature.objects.amorcer(par=PLATEFORME)


def _changer_de_role(connexion: Any, role: str, mot_de_passe: str) -> None:
    if connexion.settings_dict["USER"] == role:
        return
    connexion.close()
    connexion.close_pool()
    connexion.settings_dict |= {"USER": role, "PASSWORD": mot_de_passe}
