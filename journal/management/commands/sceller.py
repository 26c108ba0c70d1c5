"""`manage.py sceller`: seal the journal, twice a second until it is stopped, or once."""

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, InterfaceError, OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper

from journal.note import Plume
from journal.role import sous_le_role
from journal.scelleur import SceauRefuse, Scelleur
from journal.temoins import Horodateur

PAS = 0.5  # seconds between two passes
ATTENTE_MAX = 4.0  # seconds between two tries while the database is away: ten are promised


class Command(BaseCommand):
    help = "Give each entry of the journal its place in the tree, and sign the head."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--une-fois", action="store_true", help="one pass, then stop")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.CLE_SCEAU:
            raise CommandError("CLE_SCEAU is missing: without its key, nothing can be sealed.")
        with sous_le_role("sceau") as connexion:
            scelleur = Scelleur(connexion, *_plumes())
            try:
                if options["une_fois"]:
                    self.stdout.write(f"{scelleur.passer()} entries sealed.")
                else:
                    self._boucler(scelleur, connexion)
            except SceauRefuse as refus:
                raise CommandError(
                    f"{refus} Nothing is signed; run verifier_journal.", returncode=2
                ) from refus

    def _boucler(self, scelleur: Scelleur, connexion: BaseDatabaseWrapper) -> None:
        """Until SIGTERM or Ctrl-C; a database that is away is waited for."""
        fin, attente = threading.Event(), PAS
        horodateur = Horodateur(scelleur.registre, self.stderr.write)
        for numero in (signal.SIGTERM, signal.SIGINT):
            signal.signal(numero, lambda *_: fin.set())
        while not fin.is_set():
            try:
                scelleur.passer()
                horodateur.tourner()
                attente = PAS
            except (OperationalError, InterfaceError) as erreur:
                self.stderr.write(f"The database does not answer, trying again: {erreur}")
                connexion.close()
                attente = min(attente * 2, ATTENTE_MAX)
            except DatabaseError as erreur:
                raise CommandError(f"The sealer may not write: {erreur}", returncode=2) from erreur
            fin.wait(attente)
        horodateur.fermer()


def _plumes() -> tuple[Plume, Plume | None]:
    precedente = settings.CLE_SCEAU_PRECEDENTE
    try:
        return Plume(settings.CLE_SCEAU), Plume(precedente) if precedente else None
    except ValueError as erreur:
        raise CommandError(str(erreur)) from erreur
