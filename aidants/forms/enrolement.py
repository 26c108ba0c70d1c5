"""A new application: its first code, and the name by which one will know it."""

from django import forms
from dsfr.forms import DsfrBaseForm

REFUS_PREMIER_CODE = (
    "Ce code n’est pas accepté. Attendez le prochain code, puis réessayez. "
    "Vérifiez aussi que votre téléphone est à l’heure."
)


class EnrolementForm(DsfrBaseForm):
    code = forms.CharField(
        label="Code à 6 chiffres affiché par l’application",
        max_length=20,
        help_text="Il change toutes les 30 secondes.",
        error_messages={"required": "Écrivez le code à 6 chiffres."},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "class": "fr-input ac-code",
                "inputmode": "numeric",
            }
        ),
    )
    nom = forms.CharField(
        label="Nom de cet appareil",
        max_length=64,
        initial="Téléphone",
        help_text="Pour le reconnaître plus tard, si vous en avez plusieurs.",
        error_messages={"required": "Donnez un nom à cet appareil, par exemple Téléphone."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
