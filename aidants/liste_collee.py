"""A list of people as one pastes it: a person a line, `e-mail; prénom; nom; profession`.

The fields of a line are apart by semicolons, or by the tabs of a spreadsheet, or by commas.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

COLONNES = ("courriel", "prenom", "nom", "profession")
OBLIGATOIRES = 3
_SEPARATEURS = (";", "\t", ",")
_ENTETES = {"e-mail", "email", "mail", "courriel", "adresse", "adresse électronique"}


@dataclass(frozen=True)
class Ligne:
    """One line that is not blank, and its number in the text, from 1."""

    numero: int
    texte: str

    @property
    def cases(self) -> list[str]:
        separateur = next((s for s in _SEPARATEURS if s in self.texte), ";")
        return [" ".join(case.split()) for case in self.texte.split(separateur)]

    @property
    def champs(self) -> dict[str, str] | None:
        """The fields by name; None when there are too few or too many."""
        cases = self.cases
        while len(cases) > len(COLONNES) and not cases[-1]:
            cases.pop()
        if not OBLIGATOIRES <= len(cases) <= len(COLONNES):
            return None
        return dict(zip(COLONNES, [*cases, ""], strict=False))

    @property
    def est_entete(self) -> bool:
        return self.cases[0].casefold() in _ENTETES


def lire(texte: str) -> list[Ligne]:
    """The lines of a text, without blank ones, nor the titles of its columns."""
    lignes = list(_lignes(texte))
    return lignes[1:] if lignes and lignes[0].est_entete else lignes


def _lignes(texte: str) -> Iterator[Ligne]:
    # Not `splitlines`: it would cut at signs that a text area shows within a line.
    for numero, ligne in enumerate(texte.replace("\r\n", "\n").split("\n"), start=1):
        if ligne.strip():
            yield Ligne(numero, ligne.strip(" "))


def ecrire(rangs: Iterable[Sequence[str]]) -> str:
    """The rows of a file as such a text; a separator inside a cell becomes a space."""
    return "\n".join(
        "; ".join(" ".join(case.replace(";", " ").split()) for case in rang) for rang in rangs
    )
