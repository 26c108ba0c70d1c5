"""What the usager types to open their mandat: the paper's code, then the birth date."""

from typing import Any

from django import forms
from django.utils.html import format_html
from dsfr.forms import DsfrBaseForm

from mandats.code_papier import CodeMalForme, CodePapier, lire
from mandats.question import en_lettres
from usagers.identite import est_date_naissance

MAL_FORME = (
    "Il y a une erreur dans ce code. Relisez-le sur votre papier, lettre par lettre. "
    "Il n’y a jamais de zéro, de lettre O, de chiffre 1, de lettre I ni de lettre L."
)


class CodePapierForm(DsfrBaseForm):
    code = forms.CharField(
        label="Le code écrit sur votre papier",
        help_text=format_html(
            "Par exemple : <span class='ac-insecable'>{}</span>. "
            "Les tirets ne sont pas obligatoires.",
            "ABCDE-FGHJK-MNPQR-S",
        ),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={"required": "Écrivez le code de votre papier."},
    )

    def clean_code(self) -> CodePapier:
        try:
            return lire(self.cleaned_data["code"])
        except CodeMalForme as erreur:
            raise forms.ValidationError(MAL_FORME) from erreur


def _nombre(label: str, *, exemple: str, chiffres: int, requis: bool) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=f"Exemple : {exemple}",
        max_length=chiffres,
        required=requis,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": "Écrivez l’année de naissance."},
    )


class NaissanceForm(DsfrBaseForm):
    """Three fields; day and month stay blank for who does not know them (« présumé né »)."""

    jour = _nombre("Jour", exemple="24", chiffres=2, requis=False)
    mois = _nombre("Mois", exemple="8", chiffres=2, requis=False)
    annee = _nombre("Année", exemple="1962", chiffres=4, requis=True)
    reponse = forms.CharField(
        label="Écrivez ce nombre en chiffres",
        help_text=(
            "Beaucoup de codes faux sont essayés aujourd’hui. "
            "Nous vérifions que vous êtes une personne."
        ),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": "Écrivez ce nombre en chiffres."},
    )

    def __init__(self, *args: Any, nombre: int | None = None, **kwargs: Any) -> None:
        """With a `nombre`, ask for it in words: a person answers, a simple program does not."""
        super().__init__(*args, **kwargs)
        self.nombre = nombre
        if nombre is None:
            del self.fields["reponse"]
        else:
            self["reponse"].label = f"Écrivez ce nombre en chiffres : {en_lettres(nombre)}"

    @property
    def champs_date(self) -> list[forms.BoundField]:
        return [self[nom] for nom in ("jour", "mois", "annee")]

    def clean_reponse(self) -> str:
        reponse: str = self.cleaned_data["reponse"]
        if reponse.replace(" ", "") != str(self.nombre):
            raise forms.ValidationError("Ce n’est pas ce nombre. Écrivez-le avec deux chiffres.")
        return reponse

    def clean(self) -> dict[str, Any]:
        donnees: dict[str, Any] = super().clean() or self.cleaned_data
        jour, mois = (str(donnees.get(nom) or "").strip().zfill(2) for nom in ("jour", "mois"))
        date = f"{donnees.get('annee', '')}-{mois}-{jour}"
        if not self.errors and not est_date_naissance(date):
            self.add_error(
                "annee", "Cette date n’existe pas. Vérifiez le jour, le mois et l’année."
            )
        return donnees | {"date": date}


RAISON_MAX = 500


class RaisonForm(DsfrBaseForm):
    """Why the usager ends: offered, never asked, and never in the way."""

    raison = forms.CharField(
        label="Pourquoi ?",
        help_text="La structure peut lire ce que vous écrivez ici.",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": RAISON_MAX}),
    )

    @property
    def texte(self) -> str:
        """What was written; cut rather than refused, because ending must not fail for it."""
        saisie: str = self["raison"].data or ""
        return saisie.replace("\x00", "").strip()[:RAISON_MAX]
