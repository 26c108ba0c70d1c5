"""The journal against what it tells of: an object without its line, or a line without its object.

The apps above declare their comparisons (`settings.JOURNAL_RAPPROCHEMENTS`, dotted paths to lists
of `Rapprochement`): the journal imports none of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True, kw_only=True)
class Rapprochement:
    """One comparison, both ways.

    `objets` gives the name of each object that must have a line, and the UUID that the line's act
    is drawn from (`acte_de` with `verbe`); without a verb, those whose line is missing already.
    `lignes` gives the id and the object's name of each line that has no such object.
    """

    nom: str
    objets: str
    lignes: str
    verbe: str = ""
    lectures: dict[str, frozenset[str]] = field(default_factory=dict)  # table: columns


def tous() -> list[Rapprochement]:
    listes: list[Sequence[Rapprochement]] = [
        import_string(chemin) for chemin in settings.JOURNAL_RAPPROCHEMENTS
    ]
    return [rapprochement for liste in listes for rapprochement in liste]
