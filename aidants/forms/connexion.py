"""What is typed to log in: an e-mail and a password, then a code."""

from django import forms
from dsfr.forms import DsfrBaseForm

REFUS = "Adresse ou mot de passe incorrect. Après plusieurs essais, attendez quelques minutes."
REFUS_CODE = "Ce code n’est pas accepté. Attendez le prochain code, puis réessayez."
AIDE_CODE = (
    "Les 6 chiffres que votre téléphone ou votre carte affiche maintenant, ou les 10 signes d’un "
    "code de secours."
)


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
        label="Code",
        max_length=20,
        help_text=AIDE_CODE,
        error_messages={"required": "Écrivez votre code."},
        # No numeric keypad: a recovery code has letters.
        widget=forms.TextInput(
            attrs={
                "autocapitalize": "characters",
                "autocomplete": "one-time-code",
                "class": "fr-input ac-code",
                "spellcheck": "false",
            }
        ),
    )
