"""What an act of the journal is made of: its words, its details, its sentence.

Each action declares its label, the details that it requires and the sentence that is read. Details
are structured, never a string to parse back, and hold no personal data.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from journal.mots import MOTS as MOTS

Detail = str | int | bool | None
Details = Mapping[str, Detail]


@dataclass(frozen=True, kw_only=True)
class Action:
    """One kind of act.

    `phrase` is a format string over the action's details and the names that `Entree.phrase` gives:
    `auteur`, `aidant`, `usager`, `structure`, `fs`, `demarche`, and `precision`: the reason
    that somebody typed, which is personal and kept beside the entry. `raison` is the same where
    none was asked: a sentence of its own, or nothing.
    """

    cle: str
    libelle: str
    phrase: str
    details: frozenset[str] = frozenset()

    def raconter(self, details: Details, noms: Mapping[str, str]) -> str:
        """Return the sentence; a detail's value is read in its words."""
        lus = {nom: MOTS.get(str(valeur), valeur) for nom, valeur in details.items()}
        texte = self.phrase.format_map(lus | dict(noms))
        return texte[:1].upper() + texte[1:]

    def verifier(self, details: Details) -> None:
        """Refuse with ValueError details that are not exactly those that the action declares."""
        if set(details) != self.details:
            ecart = sorted(set(details) ^ self.details)
            raise ValueError(f"Action {self.cle}: unexpected or missing details {ecart}")


ACTIONS: Final[dict[str, Action]] = {}


def action(cle: str, libelle: str, phrase: str, *details: str) -> Action:
    """Declare an act: its key, its label, the sentence that is read, the details it requires."""
    nouvelle = Action(cle=cle, libelle=libelle, phrase=phrase, details=frozenset(details))
    ACTIONS[cle] = nouvelle
    return nouvelle
