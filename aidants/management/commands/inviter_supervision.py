"""`manage.py inviter_supervision`: the first account of the national team, on a new deployment."""

from argparse import ArgumentParser
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from aidants.models import Aidant, Invitation
from journal.models import PLATEFORME


class Command(BaseCommand):
    help = "Invite someone into the national team; run again, it sends a new link."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("courriel", help="the e-mail address, which will be the login")
        parser.add_argument("prenom", help="the first name")
        parser.add_argument("nom", help="the last name")

    def handle(self, *, courriel: str, prenom: str, nom: str, **_: Any) -> None:
        adresse = _adresse(courriel)
        compte = Aidant.objects.filter(courriel=adresse, is_active=True, supervision=True)
        if compte.exists():
            self.stdout.write(f"{adresse} already belongs to the national team: nothing to do.")
            return
        Invitation.objects.inviter(
            par=PLATEFORME,
            structure=None,
            courriel=adresse,
            prenom=_nom(prenom, "first name"),
            nom=_nom(nom, "last name"),
        )
        self.stdout.write(f"An invitation is on its way to {adresse}; its link lives seven days.")


def _adresse(courriel: str) -> str:
    champ = forms.EmailField(max_length=254)
    return _lire(champ, courriel.lower(), "This is not an e-mail address")


def _nom(nom: str, quoi: str) -> str:
    """On one line: a name is written in a mail."""
    champ = forms.CharField(max_length=100)
    return _lire(champ, " ".join(nom.split()), f"The {quoi} must have 1 to 100 characters")


def _lire(champ: forms.Field, saisi: str, faute: str) -> str:
    try:
        return str(champ.clean(saisi))
    except ValidationError as erreur:
        raise CommandError(f"{faute}: {saisi[:100]}") from erreur
