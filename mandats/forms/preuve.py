"""Asking whether a proof is right: its file."""

from django import forms

from journal.examen import TAILLE_MAX
from mandats.forms.fichiers import FichierRecuForm


class PreuveForm(FichierRecuForm):
    taille_max = TAILLE_MAX
    trop_grand = "Ce fichier est trop grand pour être une preuve."

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
