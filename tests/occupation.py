"""Somebody else holds a lock: a connection of its own, in a thread, for as long as the block."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet


class Occupant(threading.Thread):
    def __init__(self, prendre: Callable[[], object]) -> None:
        super().__init__()
        self.prendre = prendre
        self.tenu, self.fini = threading.Event(), threading.Event()

    def run(self) -> None:
        try:
            with transaction.atomic():
                self.prendre()
                self.tenu.set()
                self.tenir()
        finally:
            connection.close()

    def tenir(self) -> None:
        self.fini.wait(timeout=60)

    def __enter__(self) -> None:
        self.start()
        assert self.tenu.wait(timeout=30)

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
