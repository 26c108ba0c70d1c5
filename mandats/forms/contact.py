"""How the usager wants to be reached, and the code that confirms it."""

from django import forms
from dsfr.forms import DsfrBaseForm

from usagers.contact import NumeroInvalide, lire_numero


class CourrielForm(DsfrBaseForm):
    adresse = forms.EmailField(
        label="Adresse électronique",
        help_text="Exemple : nom@exemple.fr",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": "Écrivez l’adresse électronique.",
            "invalid": "Cette adresse n’est pas complète. Exemple : nom@exemple.fr",
        },
    )


class TelephoneForm(DsfrBaseForm):
    adresse = forms.CharField(
        label="Téléphone portable",
        help_text="Exemple : 06 12 34 56 78. Pour un autre pays, commencez par + et son indicatif.",
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
        error_messages={"required": "Écrivez le numéro."},
    )

    def clean_adresse(self) -> str:
        try:
            return lire_numero(self.cleaned_data["adresse"])
        except NumeroInvalide as erreur:
            raise forms.ValidationError(
                "Ce numéro n’existe pas. Exemple : 06 12 34 56 78."
            ) from erreur


class CodeUniqueForm(DsfrBaseForm):
    code = forms.CharField(
        label="Code reçu",
        help_text="6 chiffres. Il sert une fois, pendant dix minutes.",
        max_length=20,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "spellcheck": "false"}
        ),
        error_messages={"required": "Écrivez les 6 chiffres du code."},
    )
