"""Searching the lists, and asking what to end."""

from typing import Any

from django import forms
from dsfr.forms import DsfrBaseForm

from aidants.demarches import DEMARCHES

MOTIFS = [
    ("demande", "La personne le demande"),
    ("formulaire", "La personne a rendu le formulaire papier"),
    ("erreur", "Le mandat a été fait par erreur"),
    ("autre", "Une autre raison"),
]


class RechercheForm(DsfrBaseForm):
    q = forms.CharField(label="Nom ou prénom", max_length=100, required=False)


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

    def __init__(self, *args: Any, demarches: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["demarches"].choices = [(cle, DEMARCHES[cle].titre) for cle in demarches]
