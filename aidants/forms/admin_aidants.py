"""What is typed in the admin about a person: who they are, and where they are invited."""

import re
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.db.models import QuerySet

from aidants.models import Aidant, Appartenance, Structure

ROLES = {
    "aidant": "aidant",
    "responsable": "responsable",
    "les_deux": "aidant et responsable",
}
SUPERVISION = "supervision"
DEJA_LA = "Cette personne est déjà dans la structure."
# A mail is read line by line: what is typed here must hold on one.
une_ligne = RegexValidator(
    re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]"),
    "Écrivez sur une seule ligne.",
    inverse_match=True,
)

# Mail programs make a link of any address of a site: a name must not send anybody there.
sans_adresse = RegexValidator(
    re.compile(r"://|@|\bwww\.|\w{2,}\.[^\W\d_]{2,}", re.IGNORECASE),
    "N’écrivez pas d’adresse ici. Mettez une espace après un point.",
    inverse_match=True,
)


def roles_choisis(role: str) -> dict[str, bool]:
    """A choice of `ROLES` as the fields of a role."""
    return {
        "est_aidant": role in ("aidant", "les_deux"),
        "est_responsable": role in ("responsable", "les_deux"),
    }


def role_de(est_aidant: bool, est_responsable: bool) -> str:
    return (
        "les_deux" if est_aidant and est_responsable else "aidant" if est_aidant else "responsable"
    )


class MotsField(forms.CharField):
    """A name or a profession."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.validators += [une_ligne, sans_adresse]


class AdresseField(forms.EmailField):
    """An e-mail address, which is the login: in lower case."""

    default_error_messages = {
        "required": "Écrivez l’adresse électronique.",
        "invalid": "Écrivez l’adresse en entier, par exemple nom@exemple.fr.",
    }

    def clean(self, value: Any) -> str:
        return str(super().clean(value)).lower()


class PersonneForm(forms.Form):
    """Who is invited; also the rules of each line of a list."""

    courriel = AdresseField(label="Adresse électronique", max_length=254)
    prenom = MotsField(
        label="Prénom", max_length=100, error_messages={"required": "Écrivez le prénom."}
    )
    nom = MotsField(label="Nom", max_length=100, error_messages={"required": "Écrivez le nom."})
    profession = MotsField(label="Profession", max_length=150, required=False)


class DestinationForm(forms.Form):
    """Where people are invited, among the structures of who invites, and as what."""

    acte = forms.UUIDField(widget=forms.HiddenInput)
    ou = forms.ChoiceField(
        label="Structure", error_messages={"required": "Choisissez la structure."}
    )
    role = forms.ChoiceField(
        label="Rôle",
        choices=list(ROLES.items()),
        initial="aidant",
        help_text="L’aidant fait des démarches. Le responsable gère la structure et ses aidants.",
    )

    def __init__(
        self, *args: Any, structures: QuerySet[Structure], supervision: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.structures = {str(structure.pk): structure for structure in structures}
        choix = [(cle, structure.nom) for cle, structure in self.structures.items()]
        if supervision:
            choix = [("", "Choisissez"), (SUPERVISION, "L’équipe nationale (supervision)"), *choix]
            self.fields["role"].help_text += " Sans effet pour l’équipe nationale."
        elif len(choix) > 1:
            choix = [("", "Choisissez"), *choix]
        champ: Any = self.fields["ou"]
        champ.choices = choix
        if len(choix) == 1:
            champ.initial = choix[0][0]

    @property
    def structure(self) -> Structure | None:
        return self.structures.get(self.cleaned_data.get("ou", ""))

    @property
    def roles(self) -> dict[str, bool]:
        return roles_choisis(self.cleaned_data["role"])


def deja_la(structure: Structure | None, adresses: list[str]) -> set[str]:
    """Those of these addresses whose account belongs to the structure, or to the supervision."""
    comptes = Aidant.objects.filter(courriel__in=adresses)
    if structure:
        ici = Appartenance.objects.ouvertes().filter(structure=structure)
        comptes = comptes.filter(pk__in=ici.values("aidant_id"))
    else:
        comptes = comptes.filter(supervision=True, is_active=True)
    return set(comptes.values_list("courriel", flat=True))


class InvitationForm(PersonneForm, DestinationForm):
    """One person."""

    field_order = ["acte", "courriel", "prenom", "nom", "profession", "ou", "role"]

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or self.cleaned_data
        if not self.errors and deja_la(self.structure, [donnees["courriel"]]):
            self.add_error("courriel", DEJA_LA)
        return donnees


class IdentiteForm(forms.ModelForm[Aidant]):
    """The supervision corrects who a person is."""

    prenom = MotsField(label="Prénom", max_length=100)
    nom = MotsField(label="Nom", max_length=100)
    profession = MotsField(label="Profession", max_length=150, required=False)
    courriel = AdresseField(
        label="Adresse électronique",
        max_length=254,
        help_text="Si vous la changez, les sessions de la personne sont fermées.",
    )
    precision = forms.CharField(
        label="Motif de la correction",
        max_length=500,
        help_text="Il est écrit au journal.",
        error_messages={"required": "Écrivez pourquoi."},
    )

    class Meta:
        model = Aidant
        fields = ["prenom", "nom", "courriel", "profession"]
