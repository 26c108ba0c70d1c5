"""What is typed to log in: an e-mail and a password, then a code."""

from django import forms
from dsfr.forms import DsfrBaseForm

REFUS = "Adresse ou mot de passe incorrect. Après plusieurs essais, attendez quelques minutes."
REFUS_CODE = "Ce code n’est pas accepté. Attendez le prochain code, puis réessayez."


class ConnexionForm(DsfrBaseForm):
    courriel = forms.EmailField(
        label="Adresse électronique",
        help_text="Exemple : nom@exemple.fr",
        error_messages={
            "required": "Écrivez votre adresse électronique.",
            "invalid": "Écrivez l’adresse en entier, par exemple nom@exemple.fr.",
        },
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    mot_de_passe = forms.CharField(
        label="Mot de passe",
        max_length=4096,
        strip=False,
        error_messages={"required": "Écrivez votre mot de passe."},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class CodeForm(DsfrBaseForm):
    code = forms.CharField(
        label="Code à 6 chiffres",
        max_length=20,
        help_text="Votre téléphone ou votre carte affiche un nouveau code toutes les 30 secondes.",
        error_messages={"required": "Écrivez le code à 6 chiffres."},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "class": "fr-input ac-code",
                "inputmode": "numeric",
            }
        ),
    )
