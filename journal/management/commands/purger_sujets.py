"""`manage.py purger_sujets`: erase the personal data of the journal at the end of their term."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError

from journal.retention import echus, limite, purger, regles
from journal.role import sous_le_role


class Command(BaseCommand):
    help = "Erase the subjects whose term has passed; the entries stay, and one more says so."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--essai", action="store_true", help="count, without erasing")

    def handle(self, *args: Any, **options: Any) -> None:
        with sous_le_role("retention"):
            for regle in regles():
                avant = limite(regle)
                try:
                    nombre = len(echus(regle, avant)) if options["essai"] else purger(regle, avant)
                except ProgrammingError as erreur:
                    raise CommandError(
                        f"This database role may not erase: set DATABASE_RETENTION_URL. {erreur}"
                    ) from erreur
                verbe = "to erase" if options["essai"] else "erased"
                self.stdout.write(f"{regle.cle}, before {avant:%Y-%m-%d}: {nombre} {verbe}.")
