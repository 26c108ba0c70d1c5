"""Asking whether a proof is right: its file."""

from typing import Any

from django import forms
from dsfr.forms import DsfrBaseForm

from journal.examen import TAILLE_MAX

TROP_GRAND = "Ce fichier est trop grand pour être une preuve."


class PreuveForm(DsfrBaseForm):
    """The file's bytes are in `cleaned_data["fichier"]`."""

    fichier = forms.FileField(
        label="Le fichier de preuve",
        help_text="Son nom finit par .json. Il pèse quelques kilooctets.",
        widget=forms.FileInput(attrs={"accept": ".json,application/json", "class": "fr-upload"}),
        error_messages={
            "required": "Choisissez le fichier de preuve.",
            "missing": "Choisissez le fichier de preuve.",
            "invalid": "Choisissez le fichier de preuve.",
            "empty": "Ce fichier est vide.",
        },
    )

    def clean_fichier(self) -> bytes:
        fichier: Any = self.cleaned_data["fichier"]
        if fichier.size > TAILLE_MAX:
            raise forms.ValidationError(TROP_GRAND)
        contenu: bytes = fichier.read()
        return contenu

    def refuser_sans_lire(self) -> None:
        """For a request so large that its file was not received."""
        self.full_clean()
        self.errors.clear()
        self.add_error("fichier", TROP_GRAND)
