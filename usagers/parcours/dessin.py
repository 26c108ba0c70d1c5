"""The tree as a picture, laid out from its data: boxes and arrows, in whole units of a drawing.

Three columns: the main line (each question's first answer), what helps when something is missing,
and the outcomes. Sizes are whole numbers: a template would write decimals with a French comma.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from textwrap import wrap
from typing import Final

from usagers.parcours.arbre import NOEUDS, QUESTIONS, RACINE, Issue, Noeud, Question, Reponse

LARGEUR: Final = 1080
COLONNES: Final = ((10, 320), (390, 300), (755, 315))  # x and width of each
GRILLE: Final = ((390, 320), (750, 320))  # of the outcomes of a question with many answers
TRONC: Final = 730  # between the two columns of the grid
BEAUCOUP: Final = 3  # answers, beyond which the outcomes stand in a grid
LIGNE, MARGE, ECART, RANG = 25, 11, 12, 38  # a line of text, padding, between boxes, between rows
_TOUTE_LA_DROITE: Final = (390, 680)
SIGNE: Final = 12  # mean width of a character, at 22 units in Marianne, at 20 in DejaVu Sans


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
    dessin, rang, y = Dessin(), list[Boite](), 5
    for noeud in _ligne_principale():
        if isinstance(noeud, Issue):  # the last, alone on its row: below the question alone
            y = rang[0].bas + RANG
        rang = _rang(noeud, y)
        dessin.boites += rang
        y = max(boite.bas for boite in rang) + RANG
    dessin.hauteur = max(boite.bas for boite in dessin.boites) + 5
    par_cle = {boite.noeud.cle: boite for boite in dessin.boites}
    dessin.fleches = [f for noeud in QUESTIONS for f in _fleches(noeud, par_cle)]
    return dessin


def _ligne_principale() -> Iterator[Noeud]:
    noeud = NOEUDS[RACINE]
    while isinstance(noeud, Question):
        yield noeud
        noeud = noeud.reponses[0].noeud
    yield noeud


def _rang(noeud: Noeud, y: int) -> list[Boite]:
    """A node of the main line, and all that leaves it on its right."""
    boites = [_boite(noeud, COLONNES[0], y)]
    for branche in noeud.reponses[1:] if isinstance(noeud, Question) else ():
        suivant = branche.noeud
        if isinstance(suivant, Issue):
            boites.append(_boite(suivant, _TOUTE_LA_DROITE, y, branche))
        elif len(suivant.reponses) > BEAUCOUP:
            boites += _avec_grille(suivant, y, branche)
        else:
            boites += [_boite(suivant, COLONNES[1], y, branche), *_issues(suivant, y)]
    return boites


def _avec_grille(question: Question, y: int, branche: Reponse) -> list[Boite]:
    """A question with many answers, and its outcomes two by two below it."""
    boites = [_boite(question, _TOUTE_LA_DROITE, y, branche)]
    for rang in range(0, len(question.reponses), len(GRILLE)):
        y = max(boite.bas for boite in boites) + ECART
        paire = question.reponses[rang : rang + len(GRILLE)]
        boites += [_boite(r.noeud, c, y, r) for r, c in zip(paire, GRILLE, strict=False)]
    return boites


def _issues(question: Question, y: int) -> Iterator[Boite]:
    """The outcomes of a question, one under the other in the last column."""
    for reponse in question.reponses:
        if isinstance(reponse.noeud, Issue):
            boite = _boite(reponse.noeud, COLONNES[2], y, reponse)
            y = boite.bas + ECART
            yield boite


def _boite(noeud: Noeud, colonne: tuple[int, int], y: int, reponse: Reponse | None = None) -> Boite:
    x, largeur = colonne
    signes = (largeur - 2 * MARGE) // SIGNE
    de_la_reponse = wrap(reponse.texte.bref, signes, break_on_hyphens=False) if reponse else []
    du_titre = wrap(noeud.texte.titre, signes, break_on_hyphens=False)
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
        if len(question.reponses) > BEAUCOUP:
            yield _du_tronc(depart, arrivee)
        elif arrivee.x > depart.x:
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


def _du_tronc(depart: Boite, arrivee: Boite) -> Fleche:
    """Down between the two columns of the grid, then to one side or the other."""
    y, vers_la_droite = arrivee.milieu, arrivee.x > TRONC
    x, sens = (arrivee.x, 1) if vers_la_droite else (arrivee.droite, -1)
    return Fleche(
        trace=f"M{TRONC} {depart.bas} V{y} H{x - 8 * sens}",
        pointe=f"{x - 14 * sens},{y - 8} {x - sens},{y} {x - 14 * sens},{y + 8}",
    )


def _en_bas(depart: Boite, arrivee: Boite, reponse: Reponse) -> Fleche:
    x = depart.x + depart.largeur // 3
    return Fleche(
        trace=f"M{x} {depart.bas} V{arrivee.y - 8}",
        pointe=f"{x - 8},{arrivee.y - 14} {x},{arrivee.y - 1} {x + 8},{arrivee.y - 14}",
        texte=reponse.texte.bref,
        texte_x=x + 14,
        texte_y=depart.bas + 26,
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
        texte_y=y + 6,
    )


def en_toutes_lettres() -> str:
    """The picture as one text: what is read aloud in its place."""
    phrases = []
    for question in QUESTIONS:
        suites = ", ".join(
            f"« {r.texte.bref} » mène à « {r.noeud.texte.titre} »" for r in question.reponses
        )
        phrases.append(f"{question.texte.titre} {suites}.")
    return " ".join(phrases)
