"""`manage.py veiller_journal`: what beat does for the journal each hour, once; for a cron."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from aidants import temoins
from journal import comptes, controle
from journal.sceaux import Controle


class Command(BaseCommand):
    help = "Verify the journal, roll up its figures, send its head, tell its alarms: what is due."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--entier", action="store_true", help="verify the whole journal, now")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["entier"] or controle.est_du(timezone.now()):
            fait = controle.controler(entier=options["entier"])
            self.stdout.write(f"Verification: {_resultat(fait)}.")
        self.stdout.write(f"Entries counted: {comptes.compter()}.")
        self.stdout.write(f"Heads sent: {temoins.envoyer_la_tete()}.")
        self.stdout.write(f"Alarms: {', '.join(temoins.alerter()) or 'none'}.")


def _resultat(fait: Controle | None) -> str:
    if fait is None:
        return "another one is at it"
    return fait.echec or f"{len(fait.constats)} findings, in {fait.duree:.1f} s"
