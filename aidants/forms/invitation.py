"""What an invited person chooses: a password, typed twice."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from dsfr.forms import DsfrBaseForm

from aidants.models import Aidant

REGLES = (
    "Au moins 12 caractères, par exemple plusieurs mots sans lien entre eux. "
    "Ni votre nom, ni votre adresse, ni seulement des chiffres, ni un mot de passe courant."
)


def champ_mot_de_passe(label: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=4096,
        strip=False,
        help_text=REGLES,
        error_messages={"required": "Choisissez un mot de passe."},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class ChoixMotDePasseForm(DsfrBaseForm):
    mot_de_passe = champ_mot_de_passe("Votre mot de passe")
    confirmation = forms.CharField(
        label="Le même mot de passe, une seconde fois",
        max_length=4096,
        strip=False,
        error_messages={"required": "Écrivez le même mot de passe une seconde fois."},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, titulaire: Aidant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.titulaire = titulaire

    def clean_mot_de_passe(self) -> str:
        mot_de_passe: str = self.cleaned_data["mot_de_passe"]
        validate_password(mot_de_passe, self.titulaire)
        return mot_de_passe

    def clean_confirmation(self) -> str:
        confirmation: str = self.cleaned_data["confirmation"]
        choisi = self.data.get(self.add_prefix("mot_de_passe"))
        if confirmation != choisi:
            raise ValidationError("Ce n’est pas le même mot de passe. Écrivez-le de nouveau.")
        return confirmation
