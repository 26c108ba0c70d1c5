"""Searching the lists, and asking what to end."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from dsfr.forms import DsfrBaseForm

from aidants.demarches import DEMARCHES
from mandats.models import Mandat

MOTIFS = [
    ("demande", "La personne le demande"),
    ("formulaire", "La personne a rendu le formulaire papier"),
    ("erreur", "Le mandat a été fait par erreur"),
    ("autre", "Une autre raison"),
]


class RechercheForm(DsfrBaseForm):
    q = forms.CharField(label="Nom ou prénom", max_length=100, required=False)


PAPIER = "formulaire"


class RevocationForm(DsfrBaseForm):
    demarches = forms.MultipleChoiceField(
        label="Que voulez-vous arrêter ?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins une démarche."},
    )
    motif = forms.ChoiceField(
        label="Pourquoi ?",
        choices=MOTIFS,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une raison."},
    )

    formulaire_le = forms.DateField(
        label="Date écrite sur le formulaire papier",
        help_text="Seulement si la personne a rendu le formulaire. Exemple : 24/08/2026",
        required=False,
        input_formats=["%d/%m/%Y", "%Y-%m-%d", "%d %m %Y", "%d-%m-%Y"],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": "Écrivez la date ainsi : 24/08/2026."},
    )

    def __init__(self, *args: Any, mandat: Mandat, **kwargs: Any) -> None:
        ouvertes = mandat.demarches_ouvertes
        super().__init__(*args, initial={"demarches": ouvertes}, **kwargs)
        self.fields["demarches"].choices = [(cle, DEMARCHES[cle].titre) for cle in ouvertes]
        self.signe_le = timezone.localdate(mandat.signe_le)

    def clean(self) -> dict[str, Any]:
        donnees: dict[str, Any] = super().clean() or self.cleaned_data
        if donnees.get("motif") != PAPIER:
            return donnees | {"formulaire_le": None}
        if "formulaire_le" in donnees and (faute := self._faute(donnees["formulaire_le"])):
            self.add_error("formulaire_le", faute)
        return donnees

    def _faute(self, papier: date | None) -> str:
        """What is wrong with the date of the form; empty when nothing is."""
        if papier is None:
            return "Écrivez la date du formulaire papier."
        if papier > timezone.localdate():
            return "Cette date n’est pas encore passée."
        avant = papier < self.signe_le
        return f"Le mandat date du {self.signe_le:%d/%m/%Y} : c’est trop tôt." if avant else ""
