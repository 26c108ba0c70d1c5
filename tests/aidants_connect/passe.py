"""Things of the past, as the database would hold them: only its owner can date the journal."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from journal.models import PLATEFORME, Concerne, Entree
from journal.vocabulaire import Action
from mandats.models import Mandat
from tests.factories import MandatFactory
from tests.journal.registre_de_test import executer, forcer


def mandat_fini(fin: datetime, **traits: Any) -> Mandat:
    return MandatFactory(signe_le=fin - timedelta(days=182), **traits)


def inscrire(action: Action, instant: datetime, **concerne: str) -> int:
    details = dict.fromkeys(action.details, "x")
    cle = Entree.objects.inscrire(
        action, acte=uuid4(), par=PLATEFORME, concerne=Concerne(**concerne), details=details
    )
    forcer("UPDATE journal_entree SET instant = %s WHERE id = %s", instant, cle)
    return cle


def reculer(mandat: Mandat, duree: timedelta) -> None:
    """Move a mandat, its document and everything the journal says back in time."""
    executer(
        "UPDATE mandats_mandat SET signe_le = signe_le - %s, fin = fin - %s WHERE id = %s",
        duree, duree, mandat.pk,
    )  # fmt: skip
    forcer("UPDATE journal_entree SET instant = instant - %s", duree)
