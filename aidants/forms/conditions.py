"""The yes to the terms of use, for the text that was read."""

from django import forms
from django.core.exceptions import ValidationError
from dsfr.forms import DsfrBaseForm

from aidants import conditions


class ConditionsForm(DsfrBaseForm):
    version = forms.CharField(widget=forms.HiddenInput, initial=conditions.VERSION, max_length=20)
    accord = forms.BooleanField(
        label="J’ai lu les conditions d’utilisation et je les accepte",
        error_messages={"required": "Cochez la case pour accepter les conditions."},
    )

    def clean_version(self) -> str:
        """A text that changed while the page was open has not been read."""
        version: str = self.cleaned_data["version"]
        if version != conditions.VERSION:
            raise ValidationError("Le texte vient de changer. Rechargez la page pour le relire.")
        return version
