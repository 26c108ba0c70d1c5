"""Bar charts drawn by the server: their geometry in whole units. Pure module.

The template draws them as SVG with a title, a description and a table: a chart that a screen reader
skips says nothing that the table does not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

LARGEUR: Final = 360  # units of the drawing; about one pixel each on a telephone
HAUT: Final = 18  # room for a value above its bar
BAS: Final = 20  # room for a label below it
COLONNES: Final = 140  # height of the highest column
LIGNE: Final = 38  # a label, then its bar
EPAISSEUR: Final = 12
VALEUR: Final = 44  # room for a value at the end of a row

Mesure = tuple[str, int]


@dataclass(frozen=True, kw_only=True)
class Barre:
    x: int
    y: int
    largeur: int
    hauteur: int
    etiquette: str
    etiquette_x: int
    etiquette_y: int
    valeur: int
    valeur_x: int
    valeur_y: int


@dataclass(frozen=True, kw_only=True)
class Graphique:
    cle: str  # unique in the page
    titre: str
    entete: str  # of the table's first column
    unite: str  # of its second
    hauteur: int
    barres: list[Barre]
    mesures: Sequence[Mesure]
    en_lignes: bool = False
    largeur: int = LARGEUR

    @property
    def est_vide(self) -> bool:
        return not any(valeur for _, valeur in self.mesures)

    @property
    def description(self) -> str:
        """What the eye sees first: the total and the highest."""
        total = sum(valeur for _, valeur in self.mesures)
        if self.est_vide:
            return "Rien pour l’instant."
        nom, plus_haute = max(self.mesures, key=lambda mesure: mesure[1])
        return f"Total : {total}. Le plus haut : {nom} ({plus_haute})."


def colonnes(
    cle: str, titre: str, mesures: Sequence[Mesure], *, entete: str, unite: str
) -> Graphique:
    """Values through time, side by side; a label is cut at its first word."""
    pas = LARGEUR // max(len(mesures), 1)
    barres = [
        _colonne(rang * pas, pas, mesure, _echelle(mesure[1], mesures, COLONNES))
        for rang, mesure in enumerate(mesures)
    ]
    return Graphique(
        cle=cle,
        titre=titre,
        entete=entete,
        unite=unite,
        hauteur=HAUT + COLONNES + BAS,
        barres=barres,
        mesures=mesures,
    )


def _colonne(x: int, pas: int, mesure: Mesure, hauteur: int) -> Barre:
    nom, valeur = mesure
    y = HAUT + COLONNES - hauteur
    milieu = x + pas // 2
    return Barre(
        x=x + pas // 6,
        y=y,
        largeur=pas - pas // 3,
        hauteur=hauteur,
        etiquette=nom.partition(" ")[0],
        etiquette_x=milieu,
        etiquette_y=HAUT + COLONNES + 14,
        valeur=valeur,
        valeur_x=milieu,
        valeur_y=y - 4,
    )


def lignes(
    cle: str, titre: str, mesures: Sequence[Mesure], *, entete: str, unite: str
) -> Graphique:
    """Values of things with long names, one under another."""
    barres = [
        _ligne(rang * LIGNE, mesure, _echelle(mesure[1], mesures, LARGEUR - VALEUR))
        for rang, mesure in enumerate(mesures)
    ]
    return Graphique(
        cle=cle,
        titre=titre,
        entete=entete,
        unite=unite,
        hauteur=LIGNE * len(mesures),
        barres=barres,
        mesures=mesures,
        en_lignes=True,
    )


def _ligne(y: int, mesure: Mesure, largeur: int) -> Barre:
    nom, valeur = mesure
    return Barre(
        x=0,
        y=y + 18,
        largeur=largeur,
        hauteur=EPAISSEUR,
        etiquette=nom,
        etiquette_x=0,
        etiquette_y=y + 13,
        valeur=valeur,
        valeur_x=largeur + 6,
        valeur_y=y + 18 + EPAISSEUR - 1,
    )


def _echelle(valeur: int, mesures: Sequence[Mesure], longueur: int) -> int:
    """The length of a bar: nothing for nothing, at least one unit for something."""
    plus_haute = max((v for _, v in mesures), default=0)
    return max(1, valeur * longueur // plus_haute) if valeur > 0 else 0
