"""Reading a page in another language: which text stands for each block of French."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from aidants_connect.langues import Langue

_VALEUR: Final = re.compile(r"\{\w+\}")
_ISOLER, _FIN = "\u2068", "\u2069"  # a French name keeps its direction in an Arabic sentence
AVIS_VALEUR: Final = "Traduction sans valeur juridique : seul le texte français compte."
AVIS_RELIRE: Final = "Traduction faite par une machine, à relire : elle peut contenir des erreurs."
AVIS_INCOMPLETE: Final = "Une partie du texte n’est pas encore traduite : elle reste en français."


class Texte(Protocol):
    """A translation: its text, the print of the French, whether somebody has reviewed it."""

    texte: str
    source: str

    @property
    def relue(self) -> bool: ...


def empreinte(source: str) -> str:
    """What tells that the French text is no longer the one that was translated."""
    return hashlib.sha256(source.encode()).hexdigest()[:16]


def valeurs_de(texte: str) -> set[str]:
    """The values to be put in a text: `{structure}`."""
    return set(_VALEUR.findall(texte))


def remplir(texte: str, valeurs: Mapping[str, object], *, isoler: bool = False) -> str:
    for nom, valeur in valeurs.items():
        mot = f"{_ISOLER}{valeur}{_FIN}" if isoler else str(valeur)
        texte = texte.replace(f"{{{nom}}}", mot)
    return texte


@dataclass(kw_only=True)
class Lecture:
    """One page in one language; it keeps whether it met a text to review, or none.

    `a_cote`: the translation is added to the French, which stays (what is signed is French).
    """

    langue: Langue
    textes: Mapping[str, Texte] = field(default_factory=dict)
    a_cote: bool = False
    a_relire: bool = False
    incomplete: bool = False

    def lire(self, cle: str, source: str) -> str:
        """The translation of a block, empty when there is none."""
        traduction = self.textes.get(cle)
        if traduction is None or not traduction.texte:
            self.incomplete = True
            return ""
        if not traduction.relue or traduction.source != empreinte(source):
            self.a_relire = True
        return traduction.texte

    @property
    def avis(self) -> list[tuple[str, str, bool]]:
        """What is said of this translation: the block's key, its French, whether it is so."""
        return [
            ("avis.valeur", AVIS_VALEUR, True),
            ("avis.relire", AVIS_RELIRE, self.a_relire),
            ("avis.incomplete", AVIS_INCOMPLETE, self.incomplete),
        ]
