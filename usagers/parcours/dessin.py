"""The tree as a picture, laid out from its data: boxes and arrows, in whole units of a drawing.

Three columns: the main line (each question's first answer), what helps when something is missing,
and the outcomes. Sizes are whole numbers: a template would write decimals with a French comma.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from textwrap import wrap
from typing import Final

from usagers.parcours.arbre import NOEUDS, QUESTIONS, RACINE, Issue, Noeud, Question, Reponse

LARGEUR: Final = 1000
COLONNES: Final = ((10, 300), (370, 270), (710, 280))  # x and width of each
LIGNE, MARGE, ECART, RANG = 25, 14, 12, 46  # a line of text, padding, between boxes, between rows
SIGNE: Final = 12  # mean width of a character, at 21 units


@dataclass(frozen=True, kw_only=True)
class Ligne:
    texte: str
    y: int


@dataclass(frozen=True, kw_only=True)
class Boite:
    """A node on the picture; `reponse` is the answer that leads to it, when it is off the line."""

    noeud: Noeud
    x: int
    y: int
    largeur: int
    hauteur: int
    lignes: tuple[Ligne, ...]
    reponse: tuple[Ligne, ...] = ()

    @property
    def genre(self) -> str:
        if isinstance(self.noeud, Issue):
            return "issue"
        return "aide" if self.noeud.aide else "question"

    @property
    def texte_x(self) -> int:
        return self.x + MARGE

    @property
    def droite(self) -> int:
        return self.x + self.largeur

    @property
    def bas(self) -> int:
        return self.y + self.hauteur

    @property
    def milieu(self) -> int:
        return self.y + self.hauteur // 2


@dataclass(frozen=True, kw_only=True)
class Fleche:
    """A line with its head; `texte`, the answer that it stands for, where the box does not say."""

    trace: str
    pointe: str
    texte: str = ""
    texte_x: int = 0
    texte_y: int = 0


@dataclass(kw_only=True)
class Dessin:
    boites: list[Boite] = field(default_factory=list)
    fleches: list[Fleche] = field(default_factory=list)
    hauteur: int = 0
    largeur: int = LARGEUR


def dessiner() -> Dessin:
    """Lay the whole tree out, row by row along its main line."""
    dessin = Dessin()
    ligne, y = list(_ligne_principale()), 5
    for noeud in ligne:
        rang = _rang(noeud, y)
        dessin.boites += rang
        y = max(boite.bas for boite in rang) + RANG
    dessin.hauteur = y - RANG + 5
    par_cle = {boite.noeud.cle: boite for boite in dessin.boites}
    dessin.fleches = [f for noeud in QUESTIONS for f in _fleches(noeud, par_cle)]
    return dessin


def _ligne_principale() -> Iterator[Noeud]:
    noeud = NOEUDS[RACINE]
    while isinstance(noeud, Question):
        yield noeud
        noeud = NOEUDS[noeud.reponses[0].suite]
    yield noeud


def _rang(noeud: Noeud, y: int) -> list[Boite]:
    """A node of the main line, and all that leaves it on its right."""
    boites = [_boite(noeud, 0, y)]
    for branche in noeud.reponses[1:] if isinstance(noeud, Question) else ():
        suivant = NOEUDS[branche.suite]
        if isinstance(suivant, Issue):
            boites.append(_boite(suivant, 1, y, branche, large=True))
        else:
            boites += [_boite(suivant, 1, y, branche), *_issues(suivant, y)]
    return boites


def _issues(question: Question, y: int) -> Iterator[Boite]:
    """The outcomes of a question, one under the other in the last column."""
    for reponse in question.reponses:
        suivant = NOEUDS[reponse.suite]
        if isinstance(suivant, Issue):
            boite = _boite(suivant, 2, y, reponse)
            y = boite.bas + ECART
            yield boite


def _boite(
    noeud: Noeud, colonne: int, y: int, reponse: Reponse | None = None, *, large: bool = False
) -> Boite:
    x, largeur = COLONNES[colonne]
    if large:
        largeur = LARGEUR - x - 10
    signes = (largeur - 2 * MARGE) // SIGNE
    de_la_reponse = wrap(reponse.texte.bref, signes) if reponse else []
    du_titre = wrap(noeud.texte.titre, signes)
    lignes = [
        Ligne(texte=texte, y=y + MARGE + LIGNE * rang + 18)
        for rang, texte in enumerate([*de_la_reponse, *du_titre])
    ]
    return Boite(
        noeud=noeud,
        x=x,
        y=y,
        largeur=largeur,
        hauteur=2 * MARGE + LIGNE * len(lignes),
        lignes=tuple(lignes[len(de_la_reponse) :]),
        reponse=tuple(lignes[: len(de_la_reponse)]),
    )


def _fleches(question: Question, boites: dict[str, Boite]) -> Iterator[Fleche]:
    depart = boites[question.cle]
    for reponse in question.reponses:
        arrivee = boites[reponse.suite]
        if arrivee.x > depart.x:
            yield _a_droite(depart, arrivee)
        elif arrivee.x == depart.x:
            yield _en_bas(depart, arrivee, reponse)
        else:
            yield _retour(depart, arrivee, reponse)


def _a_droite(depart: Boite, arrivee: Boite) -> Fleche:
    """Out of the right side, then up or down to the middle of the box."""
    x, y = arrivee.x, arrivee.milieu
    coude = (depart.droite + x) // 2
    y_depart = min(depart.milieu, depart.y + 50)
    if abs(y - y_depart) < LIGNE or arrivee.y == depart.y:
        y = y_depart = min(depart.milieu, arrivee.milieu)
    return Fleche(
        trace=f"M{depart.droite} {y_depart} H{coude} V{y} H{x - 8}",
        pointe=f"{x - 14},{y - 8} {x - 1},{y} {x - 14},{y + 8}",
    )


def _en_bas(depart: Boite, arrivee: Boite, reponse: Reponse) -> Fleche:
    x = depart.x + depart.largeur // 3
    return Fleche(
        trace=f"M{x} {depart.bas} V{arrivee.y - 8}",
        pointe=f"{x - 8},{arrivee.y - 14} {x},{arrivee.y - 1} {x + 8},{arrivee.y - 14}",
        texte=reponse.texte.bref,
        texte_x=x + 14,
        texte_y=depart.bas + 30,
    )


def _retour(depart: Boite, arrivee: Boite, reponse: Reponse) -> Fleche:
    """Back to the main line, through the space between two rows."""
    x, y = depart.x + depart.largeur // 3, arrivee.y - RANG // 2
    cible = arrivee.x + 5 * arrivee.largeur // 6
    return Fleche(
        trace=f"M{x} {depart.bas} V{y} H{cible} V{arrivee.y - 8}",
        pointe=f"{cible - 8},{arrivee.y - 14} {cible},{arrivee.y - 1} {cible + 8},{arrivee.y - 14}",
        texte=reponse.texte.bref,
        texte_x=x + 12,
        texte_y=y + 4,
    )


def en_toutes_lettres() -> str:
    """The picture as one text: what is read aloud in its place."""
    phrases = []
    for question in QUESTIONS:
        suites = ", ".join(
            f"« {r.texte.bref} » mène à « {NOEUDS[r.suite].texte.titre} »"
            for r in question.reponses
        )
        phrases.append(f"{question.texte.titre} {suites}.")
    return " ".join(phrases)
