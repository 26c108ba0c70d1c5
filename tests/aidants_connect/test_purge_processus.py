"""The purge as real processes, each role with its own connection: killed anywhere, it goes on."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from aidants.models import Session
from aidants_connect.models import Purge
from journal.models import Entree, Sujet
from journal.sceaux import Effacement
from tests.journal.registre_de_test import executer, forcer, role, sceller, verifier, verser
from tests.serveurs import PATIENCE

pytestmark = pytest.mark.django_db(transaction=True)
Lancer = Callable[[], "subprocess.Popen[bytes]"]
SUJETS, SESSIONS = 6_000, 1_500


@pytest.fixture
def lancer() -> Iterator[Lancer]:
    acces = connection.settings_dict
    if "embarque" not in acces["ENGINE"]:
        pytest.skip("The roles of a PostgreSQL that is not ours have passwords.")
    base = f"@/{acces['NAME']}?host={acces['HOST']}"
    environnement = os.environ | {
        "DATABASE_URL": f"postgres://ac_app{base}",
        "DATABASE_RETENTION_URL": f"postgres://ac_retention{base}",
        "DJANGO_SETTINGS_MODULE": "aidants_connect.settings",
    }
    lances: list[subprocess.Popen[bytes]] = []

    def faire() -> subprocess.Popen[bytes]:
        commande = [sys.executable, "manage.py", "purger"]
        tuyau = subprocess.PIPE
        lances.append(
            subprocess.Popen(commande, cwd=settings.BASE_DIR, env=environnement, stdout=tuyau)
        )
        return lances[-1]

    yield faire
    for processus in lances:
        processus.kill()
        processus.communicate()


def garnir() -> None:
    """Old subjects, sealed, and old sessions: enough for many batches."""
    with role(""), transaction.atomic():
        verser(SUJETS, random.Random(7))  # noqa: S311 - repeatable
    forcer("UPDATE journal_entree SET instant = instant - interval '2 years'")
    sceller(lot=SUJETS)
    hier = timezone.now() - timedelta(days=1)
    Session.objects.bulk_create(
        Session(session_key=f"cle-{n}", expire_date=hier) for n in range(SESSIONS)
    )


def test_killed_anywhere_it_goes_on(lancer: Lancer) -> None:
    garnir()
    with transaction.atomic():
        _retenir_le_dernier_sujet()  # the second batch waits for it: none is too quick
        processus = lancer()
        limite = time.monotonic() + PATIENCE
        while not Effacement.objects.exists() and time.monotonic() < limite:
            time.sleep(0.005)
        processus.kill()
        processus.wait()
    assert 0 < Effacement.objects.count() < SUJETS
    assert Session.objects.count() == SESSIONS
    assert Sujet.objects.filter(entree__action="identification").exists()
    sortie, _ = lancer().communicate(timeout=PATIENCE)
    assert b"erased" in sortie
    assert not Session.objects.exists()
    assert not Sujet.objects.filter(entree__action="identification").exists()
    assert Effacement.objects.count() == SUJETS
    assert _effaces("sessions") == SESSIONS
    finies = [purge.finie_le is not None for purge in Purge.objects.order_by("pk")]
    assert finies == [False, True]
    sceller()
    assert verifier() == []


def _retenir_le_dernier_sujet() -> None:
    """Hold a subject of the last rule, until the transaction ends."""
    with role(""):
        executer(
            "SELECT entree_id FROM journal_sujet WHERE entree_id ="
            " (SELECT max(id) FROM journal_entree WHERE action = 'identification') FOR UPDATE"
        )


def _effaces(regle: str) -> int:
    lignes = Entree.objects.filter(action="effacement", details__regle=regle)
    return sum(ligne.details["nombre"] for ligne in lignes)
