"""Somebody else holds a lock: a connection of its own, in a thread, for as long as the block."""

import threading
import time
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from tests.serveurs import PATIENCE


class Occupant(threading.Thread):
    def __init__(self, prendre: Callable[[], object]) -> None:
        super().__init__()
        self.prendre = prendre
        self.tenu, self.fini = threading.Event(), threading.Event()
        self.resultat: object = None
        self.pid = 0

    def run(self) -> None:
        try:
            with transaction.atomic():
                self.resultat = self.prendre()
                self.pid = connection.connection.info.backend_pid
                self.tenu.set()
                self.tenir()
        finally:
            connection.close()

    def tenir(self) -> None:
        self.fini.wait(timeout=PATIENCE)

    def attendre_qui_attend(self) -> None:
        """Come back once somebody waits for what this one holds."""
        fin = time.monotonic() + PATIENCE
        while not self._est_attendu():
            assert time.monotonic() < fin, "Nobody waits for it."
            time.sleep(0.01)

    def _est_attendu(self) -> bool:
        with connection.cursor() as curseur:
            curseur.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted"
                " AND %s = ANY (pg_blocking_pids(pid))",
                [self.pid],
            )
            return bool(curseur.fetchone()[0])

    def __enter__(self) -> None:
        self.start()
        assert self.tenu.wait(timeout=PATIENCE)

    def __exit__(self, *_: object) -> None:
        self.fini.set()
        self.join()


def des_lignes(lignes: "QuerySet[Any]") -> Occupant:
    """As another act upon these rows does."""
    return Occupant(lambda: list(lignes.order_by("pk").select_for_update(of=("self",))))


def d_une_table(nom: str) -> Occupant:
    """As a change of the table does, against who only reads."""

    def prendre() -> None:
        with connection.cursor() as curseur:
            curseur.execute(f"LOCK TABLE {nom} IN ACCESS EXCLUSIVE MODE")

    return Occupant(prendre)
