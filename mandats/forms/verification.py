"""Asking whether a mandat is genuine: its reference, or its file."""

from django import forms
from dsfr.forms import DsfrBaseForm

from mandats.fichiers_verifies import TAILLE_MAX, est_un_pdf
from mandats.forms.fichiers import FichierRecuForm
from mandats.models.mandats import lire_reference


class ReferenceForm(DsfrBaseForm):
    reference = forms.CharField(
        label="La référence écrite sur le mandat",
        help_text="Par exemple : AC-7KQ2-M9XD",
        max_length=30,
        error_messages={"required": "Écrivez la référence du mandat."},
    )

    def clean_reference(self) -> str:
        reference = lire_reference(self.cleaned_data["reference"])
        if not reference:
            raise forms.ValidationError("Une référence a cette forme : AC-7KQ2-M9XD.")
        return reference


class FichierForm(FichierRecuForm):
    taille_max = TAILLE_MAX
    trop_grand = "Ce fichier est trop grand : 5 Mo au plus."

    fichier = forms.FileField(
        label="Le fichier du mandat",
        help_text="Un fichier PDF, 5 Mo au plus. Nous ne le gardons pas.",
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf", "class": "fr-upload"}),
        error_messages={
            "required": "Choisissez le fichier du mandat.",
            "missing": "Choisissez le fichier du mandat.",
            "invalid": "Choisissez le fichier du mandat.",
            "empty": "Ce fichier est vide.",
        },
    )

    def clean_fichier(self) -> bytes:
        contenu = super().clean_fichier()
        if not est_un_pdf(contenu):
            raise forms.ValidationError("Ce fichier n’est pas un PDF.")
        return contenu
