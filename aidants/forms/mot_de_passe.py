"""What is typed to change a password, or to ask for a link when it is forgotten."""

from django import forms
from dsfr.forms import DsfrBaseForm

from aidants.forms.invitation import ChoixMotDePasseForm, champ_mot_de_passe

REFUS_ANCIEN = (
    "Ce n’est pas votre mot de passe actuel. Après plusieurs essais, attendez quelques minutes."
)


class NouveauMotDePasseForm(ChoixMotDePasseForm):
    """In place of one that was forgotten."""

    mot_de_passe = champ_mot_de_passe("Votre nouveau mot de passe")


class ChangementForm(NouveauMotDePasseForm):
    """A new password, by who still knows the old one."""

    ancien = forms.CharField(
        label="Votre mot de passe actuel",
        max_length=4096,
        strip=False,
        error_messages={"required": "Écrivez votre mot de passe actuel."},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ("ancien", "mot_de_passe", "confirmation")


class OubliForm(DsfrBaseForm):
    courriel = forms.EmailField(
        label="Adresse électronique",
        help_text="Celle de votre compte. Exemple : nom@exemple.fr",
        error_messages={
            "required": "Écrivez votre adresse électronique.",
            "invalid": "Écrivez l’adresse en entier, par exemple nom@exemple.fr.",
        },
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
