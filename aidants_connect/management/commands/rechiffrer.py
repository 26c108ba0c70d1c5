"""`manage.py rechiffrer`: everything encrypted at rest passes under the current key."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from aidants_connect import restes
from aidants_connect.rechiffrement import Bilan, rechiffrer


class Command(BaseCommand):
    help = (
        "Encrypt again, under CLE_CHIFFREMENT, what the keys of CLES_CHIFFREMENT_ANCIENNES closed. "
        "Safe while the site runs, and to be run again until it says 0. Then count the keyed "
        "hashes by key: those pass under CLE_EMPREINTES when the person comes back."
    )

    def handle(self, *_: Any, **__: Any) -> None:
        bilans = rechiffrer(self._avancer)
        for bilan in bilans:
            self.stdout.write(f"{bilan.table}: {bilan.refaits} encrypted again.")
        for reste in restes.compter():
            self.stdout.write(str(reste))
        illisibles = {b.table: b.illisibles for b in bilans if b.illisibles}
        if illisibles:
            tables = ", ".join(f"{nombre} of {table}" for table, nombre in illisibles.items())
            raise CommandError(f"No key opens {tables}: keep the old keys, and find the missing.")
        self.stdout.write("CLES_CHIFFREMENT_ANCIENNES opens nothing that is left: empty it.")

    def _avancer(self, bilan: Bilan) -> None:
        self.stdout.write(f"{bilan.table}: {bilan.refaits}…", ending="\r")
