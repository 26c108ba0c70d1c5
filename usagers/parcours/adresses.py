"""How a walk stands in a page's address: the démarches, then an answer a segment. Pure module.

`logement,social/deces-non/numero-oui`: nothing else keeps the answers, neither cookie nor session.
`a-preciser` stands for démarches that are not chosen yet.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from aidants.demarches import DEMARCHES, Demarche, ordonner
from usagers.parcours.arbre import Issue, Marche, Pas, Reponse, parcourir

A_PRECISER: Final = "a-preciser"


@dataclass(frozen=True, kw_only=True)
class Choix:
    """An answer on its page: where it leads, and whether it is the one given before."""

    reponse: Reponse
    suite: str
    deja: str
    deja_choisie: bool


@dataclass(frozen=True, kw_only=True)
class Parcours:
    """The démarches chosen, the walk, and `deja`: answers given before one went back."""

    demarches: tuple[str, ...]
    marche: Marche
    deja: tuple[str, ...] = ()

    @property
    def adresse(self) -> str:
        return self._jusqua(len(self.marche.cles))

    @property
    def issue(self) -> Issue | None:
        return self.marche.issue

    @property
    def en_clair(self) -> list[Demarche]:
        return [DEMARCHES[cle] for cle in self.demarches]

    @property
    def avant(self) -> str:
        """The page before this one; empty on the first."""
        return self._jusqua(len(self.marche.cles) - 1) if self.marche.cles else ""

    @property
    def deja_avant(self) -> str:
        """What the page before is told, so that going back loses no answer."""
        return "/".join((*self.marche.cles[-1:], *self.deja))

    @property
    def deja_ici(self) -> str:
        return "/".join((*self.marche.cles, *self.deja))

    @property
    def etapes(self) -> list[tuple[Pas, str, str]]:
        """Each answer given, the page where it is changed, and what that page is told."""
        toutes = (*self.marche.cles, *self.deja)
        return [
            (pas, self._jusqua(rang), "/".join(toutes[rang:]))
            for rang, pas in enumerate(self.marche.pas)
        ]

    @property
    def choix(self) -> list[Choix]:
        reponses = () if isinstance(self.marche.noeud, Issue) else self.marche.noeud.reponses
        return [self._choix(reponse) for reponse in reponses]

    def _choix(self, reponse: Reponse) -> Choix:
        meme = self.deja[:1] == (reponse.cle,)
        return Choix(
            reponse=reponse,
            suite=f"{self.adresse}/{reponse.cle}",
            deja="/".join(self.deja[1:]) if meme else "",
            deja_choisie=meme,
        )

    def _jusqua(self, rang: int) -> str:
        return "/".join((en_tete(self.demarches), *self.marche.cles[:rang]))


def en_tete(demarches: Sequence[str]) -> str:
    """The first segment of an address."""
    return ",".join(demarches) or A_PRECISER


def lire(adresse: str, deja: str = "") -> Parcours | None:
    """Read a walk; None for what is no démarche or no answer.

    `deja`, answers that would follow, is dropped when they do not hold together.
    """
    premier, *cles = adresse.split("/")
    demarches = [] if premier == A_PRECISER else premier.split(",")
    marche = parcourir(cles)
    connues = ordonner(demarches)
    if marche is None or len(connues) != len(demarches):
        return None
    parcours = Parcours(demarches=tuple(connues), marche=marche)
    suite = tuple(deja.split("/")) if deja else ()
    return replace(parcours, deja=suite) if parcourir((*cles, *suite)) else parcours
