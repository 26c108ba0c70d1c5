"""Erasing subjects at the end of their term: what the entries committed to, never the entries.

Each purge writes one entry with the count, the date and the digest of the list of entries; the
list stands in `journal_effacement`. A verification knows by it which subjects may be missing.
"""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone
from django.utils.module_loading import import_string

from journal.actions import PURGE
from journal.actions_comptes import (
    CHANGEMENT_STRUCTURE,
    CONNEXION,
    DECONNEXION,
    ECHEC_CONNEXION,
    REPRISE,
)
from journal.effacements import empreinte_de
from journal.models import PLATEFORME, Entree

LOT = 5_000  # subjects in one transaction
VERROU = 7_963  # the advisory lock of one batch: two purges follow one another


@dataclass(frozen=True, kw_only=True)
class Regle:
    """Which subjects have served their time.

    `sujets` selects the ids of entries that still have their subject, given `avant`, now less
    `annees`, and `recent`, now less one year: no subject younger than that is ever deleted.
    """

    cle: str
    annees: int
    sujets: str
    lectures: dict[str, frozenset[str]] = field(default_factory=dict)  # table: columns


CONNEXIONS = Regle(
    cle="connexions",
    annees=1,
    sujets="""
        SELECT s.entree_id FROM journal_sujet s JOIN journal_entree e ON e.id = s.entree_id
        WHERE e.instant < %(avant)s AND s.mandat_ref = ''
            AND e.action IN ({})
    """.format(  # noqa: S608 - the words are the vocabulary's
        ", ".join(
            f"'{action.cle}'"
            for action in (
                CONNEXION, ECHEC_CONNEXION, REPRISE, DECONNEXION, CHANGEMENT_STRUCTURE,
            )
        )
    ),
)  # fmt: skip


def regles() -> list[Regle]:
    """Our own rule, and those of the apps above (`settings.JOURNAL_CONSERVATION`)."""
    return [
        CONNEXIONS,
        *(r for chemin in settings.JOURNAL_CONSERVATION for r in import_string(chemin)),
    ]


def il_y_a(annees: int, instant: datetime) -> datetime:
    """The same day and time, years before; 28 February for the 29th."""
    if (instant.month, instant.day) == (2, 29):
        instant = instant.replace(day=28)
    return instant.replace(year=instant.year - annees)


def limite(regle: Regle, instant: datetime | None = None) -> datetime:
    """Before when a term has passed, at `instant`."""
    return il_y_a(regle.annees, instant or timezone.now())


def echus(regle: Regle, avant: datetime) -> list[int]:
    """The entries whose subject this rule deletes, the oldest first."""
    recent = il_y_a(1 - regle.annees, avant)
    with transaction.atomic(), connection.cursor() as curseur:
        _sans_hate(curseur)
        curseur.execute(regle.sujets + " ORDER BY 1", {"avant": avant, "recent": recent})
        return [cle for (cle,) in curseur.fetchall()]


def _sans_hate(curseur: CursorWrapper) -> None:
    """A page waits for nobody more than some seconds; a reading of years may take its time."""
    curseur.execute("SET LOCAL statement_timeout = '15min'")


def purger(regle: Regle, avant: datetime) -> int:
    """Delete what `regle` says, batch after batch; return how many subjects.

    What a batch has committed is done: stopped anywhere, the next purge goes on from there.
    """
    ids = echus(regle, avant)
    lots = (ids[debut : debut + LOT] for debut in range(0, len(ids), LOT))
    return sum(_un_lot(regle, avant, lot) for lot in lots)


@transaction.atomic
def _un_lot(regle: Regle, avant: datetime, lot: list[int]) -> int:
    acte = uuid.uuid4()
    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_advisory_xact_lock(%s)", [VERROU])
        curseur.execute(
            "SELECT entree_id FROM journal_sujet WHERE entree_id = ANY(%s) ORDER BY 1", [lot]
        )
        if not (ids := [cle for (cle,) in curseur.fetchall()]):
            return 0
        curseur.execute(
            "INSERT INTO journal_effacement (entree_id, purge) SELECT unnest(%s::bigint[]), %s",
            [ids, acte],
        )
        curseur.execute("DELETE FROM journal_sujet WHERE entree_id = ANY(%s)", [ids])
    Entree.objects.inscrire(
        PURGE,
        acte=acte,
        par=PLATEFORME,
        details={
            "regle": regle.cle,
            "avant": avant.date().isoformat(),
            "nombre": len(ids),
            "empreinte": empreinte_de(ids),
        },
    )
    return len(ids)
