"""The nightly purge: what has served its time goes, in short transactions, each with its line.

First the subjects of the journal, under the role of retention, which alone may; then the other
tables, under the application's. Stopped anywhere, the next purge goes on: a batch is a transaction.
"""

import uuid
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from aidants_connect.conservation import TERMES, Bilan, Cles, Terme
from aidants_connect.models import Purge
from journal import retention
from journal.actions import EFFACEMENT
from journal.models import PLATEFORME, Entree
from journal.role import sous_le_role

LOT = 500
Ligne = dict[str, Any]  # where ("journal" or "tables"), the rule, how many, the error's kind


def compter() -> list[Ligne]:
    """What a purge would do now; nothing is written."""
    instant = timezone.now()
    tables = [
        {"ou": "tables", "regle": terme.cle, "nombre": terme.echus(instant).count()}
        for terme in TERMES
    ]
    return _du_journal(lambda regle, avant: len(retention.echus(regle, avant)), instant) + tables


def purger() -> Purge:
    """Do it, and return the report, which is kept as the purge goes."""
    instant = timezone.now()
    purge = Purge.objects.create(commencee_le=instant)
    purge.noter(*_du_journal(retention.purger, instant))
    for terme in TERMES:
        purge.noter(*_purger_terme(terme, instant))
    purge.finir()
    return purge


def _du_journal(
    faire: Callable[[retention.Regle, datetime], int], instant: datetime
) -> list[Ligne]:
    with sous_le_role("retention"):
        return [
            _essayer(regle.cle, partial(faire, regle, retention.limite(regle, instant)))
            for regle in retention.regles()
        ]


def _essayer(cle: str, faire: Callable[[], int]) -> Ligne:
    """One rule that fails does not hold back the others."""
    try:
        return {"ou": "journal", "regle": cle, "nombre": faire()}
    except DatabaseError as erreur:
        return {"ou": "journal", "regle": cle, "nombre": 0, "erreur": _genre(erreur)}


def _genre(erreur: DatabaseError) -> str:
    """The kind of error is all that is kept: its text may quote a row."""
    return type(erreur).__name__


# --- The tables -----------------------------------------------------------------------------------


def _purger_terme(terme: Terme, instant: datetime) -> list[Ligne]:
    """Batch after batch; a row that fails is left for the next night, and the others go on.

    One line for the rule, and one for each other whose rows it drew along.
    """
    total, echec = {terme.cle: 0}, {}
    for lot in _lots(terme, instant):
        for issue in _effacer(terme, instant, lot):
            if isinstance(issue, DatabaseError):
                echec = {"erreur": _genre(issue)}
            else:
                total |= {cle: total.get(cle, 0) + nombre for cle, nombre in issue.items()}
    lignes: list[Ligne] = [
        {"ou": "tables", "regle": cle, "nombre": nombre} for cle, nombre in total.items()
    ]
    return [lignes[0] | echec, *lignes[1:]]


def _effacer(terme: Terme, instant: datetime, lot: Cles) -> Iterator[Bilan | DatabaseError]:
    """What became of a batch; of its halves when one of its rows refuses, down to that row."""
    try:
        yield _un_lot(terme, instant, lot)
    except DatabaseError as erreur:
        if len(lot) == 1:
            yield erreur
            return
        for moitie in (lot[: len(lot) // 2], lot[len(lot) // 2 :]):
            yield from _effacer(terme, instant, moitie)


def _prets(terme: Terme, instant: datetime) -> QuerySet[Any]:
    return terme.prets(terme.echus(instant), instant).order_by("pk")


def _lots(terme: Terme, instant: datetime) -> Iterator[Cles]:
    """The keys of what is over, some hundreds at a time, in their order."""
    dernier: Any = None
    while True:
        suite = _prets(terme, instant)
        if dernier is not None:
            suite = suite.filter(pk__gt=dernier)
        if not (lot := list(suite.values_list("pk", flat=True)[:LOT])):
            return
        dernier = lot[-1]
        yield lot


@transaction.atomic
def _un_lot(terme: Terme, instant: datetime, lot: Cles) -> Bilan:
    """Erase these, if they are still over; what another one holds is left for the next night."""
    encore = _prets(terme, instant).filter(pk__in=lot)
    tenus = encore.select_for_update(of=("self",), skip_locked=True)
    bilan = terme.effacer(list(tenus.values_list("pk", flat=True)), instant)
    for cle, nombre in bilan.items():
        if nombre:
            _inscrire(cle, nombre, instant)
    return bilan


def _inscrire(cle: str, nombre: int, instant: datetime) -> None:
    Entree.objects.inscrire(
        EFFACEMENT,
        acte=uuid.uuid4(),
        par=PLATEFORME,
        details={"regle": cle, "avant": instant.date().isoformat(), "nombre": nombre},
    )
