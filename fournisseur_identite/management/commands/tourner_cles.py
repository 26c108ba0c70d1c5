"""`manage.py tourner_cles`: the keys that sign our tokens go on, now, or in a hurry."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from fournisseur_identite.models import CleSignature
from fournisseur_identite.models.cles import Alg
from journal.models import PLATEFORME


class Command(BaseCommand):
    help = (
        "Without option, do what is due, as the scheduler does each day, and list the keys. "
        "--alg goes over to the next key now; --urgence takes a key that leaked away at once."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        choix = parser.add_mutually_exclusive_group()
        choix.add_argument("--alg", choices=Alg.values, help="go over to the next key of this kind")
        choix.add_argument("--urgence", metavar="KID", help="revoke this key")

    def handle(self, *_: Any, alg: str | None, urgence: str | None, **__: Any) -> None:
        cles = CleSignature.objects
        empechement = None
        if urgence:
            empechement = cles.revoquer(urgence, par=PLATEFORME)
        elif alg:
            empechement = cles.tourner(alg, par=PLATEFORME)
        else:
            cles.avancer(par=PLATEFORME)
        if empechement:
            raise CommandError(str(empechement))
        for cle in cles.vivantes():
            self.stdout.write(f"{cle.alg}  {cle.kid}  {cle.etat}")
