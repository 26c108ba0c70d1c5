"""Charts as a template draws them: positions in percent, so that a text keeps its size. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

MOIS_COURTS: Final = (
    "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.",
    "déc.",
)  # fmt: skip
MOIS: Final = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
    "octobre", "novembre", "décembre",
)  # fmt: skip
INSECABLE: Final = "\u202f"


@dataclass(frozen=True, kw_only=True)
class Barre:
    """One bar: what it counts in long and in short, how much, where it stands and how far it goes.

    `debut`, `milieu` and `taille` are percentages, `rang` is the number of the bar from 0.
    """

    nom: str
    court: str
    valeur: int
    rang: int
    debut: str
    milieu: str
    taille: str

    @property
    def nombre(self) -> str:
        return en_chiffres(self.valeur)

    @property
    def resume(self) -> str:
        """The number as a narrow column can show it: « 12 k »."""
        return self.nombre if self.valeur < 10_000 else f"{self.valeur // 1000}{INSECABLE}k"

    @property
    def haut_du_texte(self) -> int:
        """Where the number of an upright bar stands: over it, in a drawing 180 pixels high."""
        return 198 - round(1.8 * float(self.taille))

    @property
    def haut(self) -> int:
        """The top of a horizontal bar's row, in pixels."""
        return self.rang * 52


@dataclass(frozen=True, kw_only=True)
class Graphique:
    cle: str
    question: str
    reponse: str
    colonne: str
    unite: str
    barres: tuple[Barre, ...]
    debout: bool

    @property
    def est_vide(self) -> bool:
        return not any(barre.valeur for barre in self.barres)

    @property
    def hauteur(self) -> int:
        return len(self.barres) * 52


def en_chiffres(nombre: int) -> str:
    """« 12 345 »."""
    return f"{nombre:,}".replace(",", INSECABLE)


def barres(valeurs: Mapping[str, int], noms: Sequence[tuple[str, str]]) -> tuple[Barre, ...]:
    """Bars in the order of the values, the longest taking all the room; `noms`: long, short."""
    plus_grand, pas = max(valeurs.values(), default=0) or 1, 100 / max(len(valeurs), 1)
    return tuple(
        Barre(
            nom=nom,
            court=court,
            valeur=valeur,
            rang=rang,
            debut=f"{rang * pas + pas * 0.15:.2f}",
            milieu=f"{rang * pas + pas * 0.5:.2f}",
            taille=f"{100 * valeur / plus_grand:.2f}",
        )
        for rang, ((nom, court), valeur) in enumerate(zip(noms, valeurs.values(), strict=True))
    )


def nom_de_mois(mois: str) -> tuple[str, str]:
    """« novembre 2026 » and « nov. », from `2026-11`."""
    annee, numero = mois.split("-")
    return f"{MOIS[int(numero) - 1]} {annee}", MOIS_COURTS[int(numero) - 1]
