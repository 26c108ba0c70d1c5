"""`manage.py purger`: erase what has served its time, in the journal and in every table."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from aidants_connect import purge


class Command(BaseCommand):
    help = (
        "Erase what has served its time: subjects of the journal, mandats, drafts, links... "
        "Safe while the site runs, and to be run again if it was stopped."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--a-blanc", action="store_true", help="count, without erasing")

    def handle(self, *args: Any, **options: Any) -> None:
        lignes = purge.compter() if options["a_blanc"] else purge.purger().lignes
        verbe = "to erase" if options["a_blanc"] else "erased"
        for ligne in lignes:
            ou = "journal, " if ligne["ou"] == "journal" else ""
            issue = ligne.get("erreur") or f"{ligne['nombre']} {verbe}"
            self.stdout.write(f"{ou}{ligne['regle']}: {issue}.")
        if rates := [ligne["regle"] for ligne in lignes if "erreur" in ligne]:
            raise CommandError(
                f"Not done: {', '.join(rates)}. The journal needs DATABASE_RETENTION_URL; "
                "mandats wait for it."
            )
