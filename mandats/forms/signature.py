"""Step 3 of a mandat: statements ticked one by one, the usager's signature, the aidant's code."""

import re
from typing import Any, Final

from django import forms
from dsfr.forms import DsfrBaseForm

from mandats.signature import Signature, TraceInvalide, lire_trace
from usagers.identite import sans_accents
from usagers.models import Usager

NON_CAPABLE = (
    "Cette personne ne peut pas signer ce mandat : il faut être majeur, sans tutelle, sans "
    "curatelle et sans sauvegarde de justice. Son tuteur ou son curateur peut l’aider autrement."
)

# What the person is told when something is wrong, by field and code: also in other languages.
ERREURS: Final = {
    "capacite.required": "Dites si la personne est majeure et sans tutelle.",
    "capacite.non_capable": NON_CAPABLE,
    "autorise.required": "Cochez « J’ai compris ce mandat, et j’autorise ».",
    "engage.required": "Cochez « Je m’engage à donner des informations vraies ».",
    "donnees.required": "Cochez « J’accepte que mes informations servent à ces démarches ».",
    "trace.illisible": "Le dessin n’est pas lisible : recommencez-le.",
    "nom_ecrit.autre": "Écrivez votre prénom et votre nom, comme ici : {nom}.",
    "nom_ecrit.required": "Dessinez votre signature, ou écrivez votre nom.",
}


def _case(nom: str, label: str) -> forms.BooleanField:
    return forms.BooleanField(label=label, error_messages={"required": ERREURS[f"{nom}.required"]})


def _erreur(cle: str, **valeurs: str) -> forms.ValidationError:
    """`{nom}` as the texts write it; a translation takes the same values from `params`."""
    texte = re.sub(r"\{(\w+)\}", r"%(\1)s", ERREURS[cle])
    return forms.ValidationError(texte, code=cle.partition(".")[2], params=valeurs)


class SignatureForm(DsfrBaseForm):
    capacite = forms.ChoiceField(
        label="Êtes-vous majeur, et libre de toute tutelle, curatelle ou sauvegarde de justice ?",
        choices=[("oui", "Oui"), ("non", "Non")],
        widget=forms.RadioSelect,
        error_messages={"required": ERREURS["capacite.required"]},
    )
    autorise = _case(
        "autorise",
        "J’ai compris ce mandat, et j’autorise librement la structure à faire ces démarches pour "
        "moi.",
    )
    engage = _case("engage", "Je m’engage à donner des informations vraies.")
    donnees = _case("donnees", "J’accepte que mes informations servent à ces démarches.")
    lieu = forms.CharField(
        label="Lieu de la signature",
        max_length=100,
        error_messages={"required": "Écrivez le lieu de la signature."},
    )
    trace = forms.CharField(widget=forms.HiddenInput, required=False)
    nom_ecrit = forms.CharField(
        label="Ou bien écrivez votre prénom et votre nom",
        help_text="La signature écrite a la même valeur que la signature dessinée.",
        max_length=600,
        required=False,
    )
    code = forms.CharField(
        label="Code de l’aidant",
        help_text="Les 6 chiffres de l’application de l’aidant.",
        max_length=20,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "spellcheck": "false"}
        ),
        error_messages={"required": "Écrivez le code de l’aidant : 6 chiffres."},
    )

    def __init__(self, *args: Any, usager: Usager, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.usager = usager

    def clean_capacite(self) -> str:
        if self.cleaned_data["capacite"] != "oui":
            raise _erreur("capacite.non_capable")
        return "oui"

    def clean_trace(self) -> list[list[list[int]]]:
        try:
            return lire_trace(self.cleaned_data["trace"])
        except TraceInvalide as erreur:
            raise _erreur("trace.illisible") from erreur

    def clean_nom_ecrit(self) -> str:
        """The typed name must be the person's: a given name and a family name."""
        nom = str(self.cleaned_data["nom_ecrit"])
        ecrits = set(sans_accents(nom).split())
        prenoms = set(sans_accents(self.usager.prenoms).split())
        noms = [sans_accents(n) for n in (self.usager.nom, self.usager.nom_usage) if n]
        est_le_sien = ecrits & prenoms and any(set(n.split()) <= ecrits for n in noms)
        if nom and not est_le_sien:
            raise _erreur("nom_ecrit.autre", nom=self.usager.nom_court)
        return nom

    def clean(self) -> dict[str, Any]:
        donnees: dict[str, Any] = super().clean() or self.cleaned_data
        saisies = {"trace", "nom_ecrit"} & set(self.errors)
        if not saisies and not (donnees.get("trace") or donnees.get("nom_ecrit")):
            self.add_error("nom_ecrit", _erreur("nom_ecrit.required"))
        return donnees

    @property
    def signature(self) -> Signature:
        donnees = self.cleaned_data
        return Signature(
            lieu=donnees["lieu"], nom=donnees["nom_ecrit"], trace=donnees["trace"] or None
        )
