"""Whether a missing subject was deleted by retention: the purge's own entry commits to the list."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from journal.actions import PURGE
from journal.registre import Registre

AGE_MINIMUM = timedelta(days=365)  # no rule deletes sooner

_PURGES = """
SELECT acte, instant, details ->> 'empreinte', details ->> 'nombre' FROM journal_entree
WHERE action = %s
"""


def empreinte_de(ids: Iterable[int]) -> str:
    """The digest of a list of entries that a purge writes in its entry."""
    return hashlib.sha256(",".join(map(str, sorted(ids))).encode()).hexdigest()


class Effacements:
    """Read once, when the first subject is missing."""

    def __init__(self, registre: Registre) -> None:
        self.registre = registre
        self._purges: dict[Any, datetime] | None = None
        self._effaces: dict[int, Any] = {}

    def refus(self, entree: int, instant: str) -> str:
        """Why this subject's absence is not right; empty when a purge accounts for it."""
        if self._purges is None:
            self._purges = self._lire()
        acte = self._effaces.get(entree)
        if acte is None:
            return "The subject is missing, and no purge lists it."
        if acte not in self._purges:
            return f"The subject is missing; purge {acte} does not account for its list."
        if datetime.fromisoformat(instant) > self._purges[acte] - AGE_MINIMUM:
            return f"Purge {acte} deleted the subject before its time."
        return ""

    def _lire(self) -> dict[Any, datetime]:
        """The purges whose list is the one that their entry committed to."""
        listes: dict[Any, list[int]] = {}
        for entree, purge in self.registre.lire("SELECT entree_id, purge FROM journal_effacement"):
            listes.setdefault(purge, []).append(entree)
            self._effaces[entree] = purge
        return {
            acte: instant
            for acte, instant, empreinte, nombre in self.registre.lire(_PURGES, PURGE.cle)
            if empreinte == empreinte_de(listes.get(acte, []))
            and nombre == str(len(listes.get(acte, [])))
        }
