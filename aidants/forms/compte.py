"""What is typed on one's own account page: the name of a factor."""

from django import forms
from dsfr.forms import DsfrBaseForm


class NomForm(DsfrBaseForm):
    nom = forms.CharField(
        label="Nom",
        help_text="Pour le reconnaître. Exemple : Téléphone du bureau",
        max_length=64,
        error_messages={
            "required": "Écrivez un nom.",
            "max_length": "Écrivez 64 caractères au plus.",
        },
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
