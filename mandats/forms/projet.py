"""Step 1 of a mandat: which démarches, for how long."""

from typing import Any

from django import forms
from dsfr.forms import DsfrBaseForm

from aidants.demarches import DEMARCHES, Demarche, ordonner
from aidants.models import Structure
from mandats import durees


class ProjetForm(DsfrBaseForm):
    """The démarches are those of the structure; at least one."""

    demarches = forms.MultipleChoiceField(
        label="Quelles démarches ?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins une démarche."},
    )
    duree = forms.TypedChoiceField(
        label="Pour combien de temps ?",
        coerce=int,
        choices=list(durees.DUREES.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une durée."},
    )

    def __init__(self, *args: Any, structure: Structure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.possibles = [DEMARCHES[cle] for cle in ordonner(structure.demarches)]
        self.fields["demarches"].choices = [(d.cle, d.titre) for d in self.possibles]

    def clean_demarches(self) -> list[str]:
        return ordonner(self.cleaned_data["demarches"])

    @property
    def tuiles(self) -> list[tuple[Demarche, bool]]:
        """The démarches, each with whether it is ticked."""
        cochees = self["demarches"].value() or []
        return [(demarche, demarche.cle in cochees) for demarche in self.possibles]
