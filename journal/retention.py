"""Erasing subjects at the end of their term: what the entries committed to, never the entries.

Each purge writes one entry with the count, the date and the digest of the list of entries; the
list stands in `journal_effacement`. A verification knows by it which subjects may be missing.
"""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
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

LOT = 50_000


@dataclass(frozen=True, kw_only=True)
class Regle:
    """Which subjects have served their time.

    `sujets` selects the ids of entries that still have their subject, given `avant`: now less
    `annees`.
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


def limite(regle: Regle, maintenant: datetime | None = None) -> datetime:
    """The same day, years ago; 28 February for the 29th."""
    jour = maintenant or timezone.now()
    if (jour.month, jour.day) == (2, 29):
        jour = jour.replace(day=28)
    return jour.replace(year=jour.year - regle.annees)


def echus(regle: Regle, avant: datetime, *, nombre: int | None = None) -> list[int]:
    """The entries whose subject this rule deletes."""
    requete = regle.sujets + " ORDER BY 1"
    with connection.cursor() as curseur:
        curseur.execute(f"{requete} LIMIT %(nombre)s", {"avant": avant, "nombre": nombre})
        return [cle for (cle,) in curseur.fetchall()]


def purger(regle: Regle, avant: datetime) -> int:
    """Delete what `regle` says, batch after batch; return how many subjects."""
    total = 0
    while effaces := _un_lot(regle, avant):
        total += effaces
    return total


@transaction.atomic
def _un_lot(regle: Regle, avant: datetime) -> int:
    ids = echus(regle, avant, nombre=LOT)
    if not ids:
        return 0
    acte = uuid.uuid4()
    with connection.cursor() as curseur:
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
