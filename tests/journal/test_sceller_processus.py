"""The sealer as a real process: killed at random, two at once, beside writers that commit late."""

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections, transaction

from journal.actions_comptes import CONNEXION
from journal.models import PLATEFORME, Entree
from tests.journal.registre_de_test import executer, role, sceller, verifier, verser
from tests.serveurs import PATIENCE

pytestmark = pytest.mark.django_db(transaction=True)
Lancer = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def lancer() -> Iterator[Lancer]:
    """Start `manage.py sceller` on the tests' database, under the sealer's role."""
    acces = connection.settings_dict
    if "embarque" not in acces["ENGINE"]:
        pytest.skip("The sealer's role of a PostgreSQL that is not ours has a password.")
    adresse = f"postgres://ac_sceau@/{acces['NAME']}?host={acces['HOST']}"
    environnement = os.environ | {
        "DATABASE_URL": adresse,
        "CLE_SCEAU": settings.CLE_SCEAU,
        "DJANGO_SETTINGS_MODULE": "aidants_connect.settings",
    }
    lances: list[subprocess.Popen[bytes]] = []

    def faire(*options: str) -> subprocess.Popen[bytes]:
        commande = [sys.executable, "manage.py", "sceller", *options]
        lances.append(
            subprocess.Popen(
                commande, cwd=settings.BASE_DIR, env=environnement, stderr=subprocess.PIPE
            )
        )
        return lances[-1]

    yield faire
    for processus in lances:
        processus.kill()
        processus.communicate()


def scellees() -> int:
    return int(executer("SELECT count(*) FROM journal_feuille")[0][0])


def attendre(nombre: int) -> None:
    limite = time.monotonic() + PATIENCE
    while scellees() < nombre and time.monotonic() < limite:
        time.sleep(0.1)
    assert scellees() == nombre


def test_killed_at_random_it_catches_up(lancer: Lancer) -> None:
    hasard = random.Random(13)  # noqa: S311 - repeatable
    total = 0
    for _ in range(4):
        with role(""), transaction.atomic():
            verser(3_000, hasard)
        total += 3_000
        processus = lancer()
        avant, limite = scellees(), time.monotonic() + PATIENCE
        while scellees() == avant and time.monotonic() < limite:
            time.sleep(hasard.random() / 50)  # it has begun: kill it anywhere in what follows
        time.sleep(hasard.random() / 10)
        processus.kill()
        processus.wait()
    lancer()
    attendre(total)
    assert verifier() == []


def test_two_at_once_seal_each_entry_once(lancer: Lancer) -> None:
    hasard = random.Random(2)  # noqa: S311 - repeatable
    deux = [lancer(), lancer()]
    for _ in range(20):
        with role(""), transaction.atomic():
            verser(100, hasard)
        time.sleep(0.1)
    attendre(2_000)
    for processus in deux:
        processus.terminate()
        assert processus.wait(timeout=PATIENCE) == 0
    assert verifier() == []


def test_order_follows_what_was_acknowledged() -> None:
    """An entry committed before another began stands before it; late commits are not skipped."""
    acquittees: list[list[int]] = []

    def ecrire(graine: int) -> None:
        hasard, miennes = random.Random(graine), []  # noqa: S311 - repeatable
        try:
            for _ in range(25):
                with transaction.atomic():
                    cle = Entree.objects.inscrire(CONNEXION, acte=uuid4(), par=PLATEFORME)
                    time.sleep(hasard.random() / 50)  # committed well after its id was drawn
                miennes.append(cle)
        finally:
            connections.close_all()
        acquittees.append(miennes)

    fils = [threading.Thread(target=ecrire, args=[graine]) for graine in range(6)]
    for fil in fils:
        fil.start()
    while any(fil.is_alive() for fil in fils):
        sceller(lot=3)
        time.sleep(0.01)
    sceller()
    rangs = dict(executer("SELECT entree_id, position FROM journal_feuille"))
    assert sorted(rangs.values()) == list(range(150))
    for miennes in acquittees:
        places = [rangs[cle] for cle in miennes]
        assert places == sorted(places)
    assert verifier() == []


def test_it_stops_when_the_tree_was_altered(lancer: Lancer) -> None:
    with role(""), transaction.atomic():
        verser(10, random.Random(1))  # noqa: S311 - repeatable
    sceller()
    acces = connection.settings_dict
    with psycopg.connect(host=acces["HOST"], dbname=acces["NAME"], user="postgres") as lien:
        lien.execute("ALTER TABLE journal_feuille DISABLE TRIGGER USER")
        lien.execute("UPDATE journal_feuille SET empreinte = sha256('x') WHERE position = 3")
        lien.execute("INSERT INTO journal_entree (acte, action, version, auteur_genre, details,"
                     " structure_ref, structure_nom, fs_ref, fs_nom, demarche, engagement) VALUES"
                     " (gen_random_uuid(), 'x', 2, '', '{}', '', '', '', '', '', '')")  # fmt: skip
    processus = lancer()
    _, erreurs = processus.communicate(timeout=PATIENCE)
    assert processus.returncode == 2
    assert "no longer has the root of seal 1. Nothing is signed" in erreurs.decode()
