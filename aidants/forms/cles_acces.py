"""The name of a passkey, by which its owner recognises it."""

from django import forms
from dsfr.forms import DsfrBaseForm

NOM_MAX = 64  # characters, as django-otp's devices


class NomCleForm(DsfrBaseForm):
    nom = forms.CharField(
        label="Nom de la clé",
        max_length=NOM_MAX,
        help_text="Pour la reconnaître dans votre compte. Exemple : Mon téléphone",
        error_messages={
            "required": "Donnez un nom à la clé.",
            "max_length": "Donnez un nom plus court : 64 caractères au plus.",
        },
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
