"""The decision tree (regles.md, section 2): questions, answers, outcomes, and the walk.

The first answer of a question leads on along the main line. A question that is an `aide` is
reached when something is missing: one leaves it with the thing found, or with a next appointment.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from usagers.parcours import textes
from usagers.parcours.orientation import PROFILS
from usagers.parcours.textes import TexteIssue, TexteQuestion, TexteReponse


@dataclass(frozen=True, kw_only=True)
class Reponse:
    cle: str  # as it stands in a page's address
    suite: str  # the node that it leads to

    @property
    def texte(self) -> TexteReponse:
        return textes.REPONSES[self.cle]

    @property
    def noeud(self) -> "Noeud":
        return NOEUDS[self.suite]


@dataclass(frozen=True, kw_only=True)
class Question:
    """`donnees` names the public data that its page shows, none if empty."""

    cle: str
    etape: int
    reponses: tuple[Reponse, ...]
    aide: bool = False
    donnees: str = ""

    @property
    def texte(self) -> TexteQuestion:
        return textes.QUESTIONS[self.cle]

    def reponse(self, cle: str) -> Reponse | None:
        return next((reponse for reponse in self.reponses if reponse.cle == cle), None)


@dataclass(frozen=True, kw_only=True)
class Issue:
    """Where a walk ends: what to do now."""

    cle: str
    donnees: str = ""

    @property
    def texte(self) -> TexteIssue:
        return textes.ISSUES[self.cle]


Noeud = Question | Issue


def _question(cle: str, etape: int, *, aide: str = "", **suites: str) -> Question:
    """`suites`: the node after each answer, the answers' hyphens written as underscores."""
    reponses = tuple(Reponse(cle=r.replace("_", "-"), suite=s) for r, s in suites.items())
    return Question(cle=cle, etape=etape, reponses=reponses, aide=bool(aide), donnees=aide)


def _profil() -> Question:
    reponses = tuple(Reponse(cle=cle, suite=f"orientation-{cle}") for cle in PROFILS)
    return Question(cle="profil", etape=1, reponses=reponses)


RACINE: Final = "deces"
_NOEUDS: tuple[Noeud, ...] = (
    _question("deces", 1, deces_non="numero", deces_oui="pas-possible"),
    Issue(cle="pas-possible"),
    _question("numero", 1, numero_oui="site", numero_non="profil"),
    _profil(),
    *(Issue(cle=f"orientation-{cle}") for cle in PROFILS),
    _question("site", 2, site_oui="compte", site_non="aide-site"),
    _question("aide-site", 2, aide="sites", site_trouve="compte", site_introuvable="chercher"),
    Issue(cle="chercher", donnees="sites"),
    Question(
        cle="compte",
        etape=3,
        reponses=(
            Reponse(cle="compte-oui", suite="identifiants"),
            Reponse(cle="compte-non", suite="aide-compte"),
        ),
        donnees="noms",
    ),
    _question(
        "aide-compte", 3, aide="comptes",
        compte_cree="identifiants", compte_plus_tard="creer-compte",
    ),
    Issue(cle="creer-compte", donnees="comptes"),
    _question("identifiants", 4, acces_oui="autonomie", acces_non="aide-acces"),
    _question(
        "aide-acces", 4, aide="recuperation",
        acces_retrouve="autonomie", acces_plus_tard="retrouver-acces",
    ),
    Issue(cle="retrouver-acces", donnees="recuperation"),
    _question("autonomie", 5, seul_oui="seul", seul_non="choix"),
    Issue(cle="seul", donnees="sites"),
    _question("choix", 5, choix_apprendre="apprendre", choix_mandat="mandat"),
    Issue(cle="apprendre", donnees="lieux"),
    Issue(cle="mandat"),
)  # fmt: skip

NOEUDS: Final[dict[str, Noeud]] = {noeud.cle: noeud for noeud in _NOEUDS}
QUESTIONS: Final = [noeud for noeud in _NOEUDS if isinstance(noeud, Question)]
ISSUES: Final = [noeud for noeud in _NOEUDS if isinstance(noeud, Issue)]


@dataclass(frozen=True, kw_only=True)
class Pas:
    """A question and the answer given to it."""

    question: Question
    reponse: Reponse


@dataclass(frozen=True, kw_only=True)
class Marche:
    """A walk from the root: the answers given, and where one stands."""

    pas: tuple[Pas, ...]
    noeud: Noeud

    @property
    def cles(self) -> tuple[str, ...]:
        return tuple(pas.reponse.cle for pas in self.pas)

    @property
    def issue(self) -> Issue | None:
        return self.noeud if isinstance(self.noeud, Issue) else None


def parcourir(cles: Sequence[str]) -> Marche | None:
    """Walk these answers from the root; None when one of them is no answer there."""
    noeud, pas = NOEUDS[RACINE], []
    for cle in cles:
        reponse = noeud.reponse(cle) if isinstance(noeud, Question) else None
        if not isinstance(noeud, Question) or reponse is None:
            return None
        pas.append(Pas(question=noeud, reponse=reponse))
        noeud = NOEUDS[reponse.suite]
    return Marche(pas=tuple(pas), noeud=noeud)


def chemins(
    debut: tuple[str, ...] = (), noeud: Noeud = NOEUDS[RACINE]
) -> Iterator[tuple[str, ...]]:
    """Every walk from the root to an outcome."""
    if isinstance(noeud, Issue):
        yield debut
        return
    for reponse in noeud.reponses:
        yield from chemins((*debut, reponse.cle), NOEUDS[reponse.suite])


def chemin_vers(cle: str) -> tuple[str, ...]:
    """The shortest walk to a node; of two as short, the one along the main line."""
    file: deque[tuple[tuple[str, ...], Noeud]] = deque([((), NOEUDS[RACINE])])
    while file:
        debut, noeud = file.popleft()
        if noeud.cle == cle:
            return debut
        for reponse in noeud.reponses if isinstance(noeud, Question) else ():
            file.append(((*debut, reponse.cle), NOEUDS[reponse.suite]))
    raise KeyError(cle)
