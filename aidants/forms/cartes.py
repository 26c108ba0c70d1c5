"""What is typed about TOTP cards: a file of them, a serial number, a first code, a reason."""

from typing import Any

from django import forms

from aidants import lots_de_cartes, tableurs
from aidants.lots_de_cartes import Graine, Probleme
from aidants.models import CarteTotp, MotifDissociation


class FichierCartesForm(forms.Form):
    """A file read and checked whole; its seeds stay here, and go into no page nor session."""

    fichier = forms.FileField(
        label="Fichier des cartes",
        help_text="CSV ou XLSX, 5 Mo et 10 000 cartes au plus.",
        widget=forms.FileInput(attrs={"accept": tableurs.EXTENSIONS}),
        error_messages={
            "required": "Choisissez le fichier du fournisseur.",
            "empty": "Ce fichier est vide.",
            "missing": "Choisissez le fichier du fournisseur.",
        },
    )
    graines: "list[Graine]" = []
    problemes: "list[Probleme]" = []

    def clean_fichier(self) -> Any:
        fichier = self.cleaned_data["fichier"]
        # One byte more than allowed tells that there are too many: the rest is not read.
        contenu = fichier.read(tableurs.TAILLE_MAX + 1)
        tableau = tableurs.lire(fichier.name, contenu, colonnes=lots_de_cartes.COLONNES)
        connues = CarteTotp.objects.connues(lots_de_cartes.series(tableau))
        self.graines, self.problemes = lots_de_cartes.examiner(tableau, connues=connues)
        self.encodage = tableau.encodage
        return fichier

    @property
    def est_juste(self) -> bool:
        return self.is_valid() and not self.problemes


class SerieField(forms.CharField):
    def clean(self, value: Any) -> str:
        return lots_de_cartes.normaliser_serie(super().clean(value))


class CodeCarteField(forms.RegexField):
    """Six digits, spaces accepted."""

    def __init__(self, **kwargs: Any) -> None:
        attributs = {"inputmode": "numeric", "autocomplete": "off"}
        super().__init__(
            "^[0-9]{6}$",
            widget=forms.TextInput(attrs=attributs),
            error_messages={
                "required": "Écrivez le code que la carte affiche.",
                "invalid": "Le code a six chiffres.",
            },
            **kwargs,
        )

    def to_python(self, value: Any) -> str:
        return "".join(str(super().to_python(value)).split())


MOTIFS = [("", "Choisissez"), *MotifDissociation.choices]
