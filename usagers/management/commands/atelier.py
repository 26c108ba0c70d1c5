"""`manage.py atelier`: the process of `usagers/atelier.py`, which the web processes start."""

import importlib
import os
import shutil
import threading
import time
from argparse import ArgumentParser
from contextlib import suppress
from multiprocessing.connection import Connection, Listener
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string

from usagers.atelier import joignable, prise

REPOS = 15 * 60  # seconds without work, then its memory is given back
TRAVAUX_MAX = 2_000  # then another one begins afresh
FILE = 128  # callers that may wait to be let in


class Command(BaseCommand):
    help = "Compose and seal the documents of the web processes; they start it themselves."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("dossier", type=Path, help="where it listens")
        parser.add_argument("maitre", type=int, help="the process that it ends with")
        parser.add_argument("verrou", type=int, help="the lock of those who start one")

    def handle(self, *args: Any, dossier: Path, maitre: int, verrou: int, **options: Any) -> None:
        adresse = prise(dossier)
        if joignable(adresse):  # opened between the caller's try and its lock
            return
        Path(adresse).unlink(missing_ok=True)  # of one that was killed
        importlib.import_module("usagers.composition")
        with (
            suppress(FileNotFoundError),  # what cleans temporary folders may take its socket away
            Listener(adresse, "AF_UNIX", backlog=FILE) as ecoute,
        ):
            atelier = Atelier(ecoute)
            os.close(verrou)
            while _vit(maitre) and not atelier.fini:
                time.sleep(0.5)
        if not _vit(maitre):
            shutil.rmtree(dossier, ignore_errors=True)


class Atelier:
    """A thread for each work, and what is known of them all."""

    def __init__(self, ecoute: Listener) -> None:
        self.ecoute, self.verrou = ecoute, threading.Lock()
        self.en_cours = self.faits = 0
        self.dernier = time.monotonic()
        threading.Thread(target=self._accueillir, daemon=True).start()

    @property
    def fini(self) -> bool:
        """It has worked or waited enough, and nobody waits for it."""
        assez = self.faits >= TRAVAUX_MAX or time.monotonic() - self.dernier > REPOS
        return assez and not self.en_cours

    def _accueillir(self) -> None:
        while True:
            lien = self.ecoute.accept()
            threading.Thread(target=self._travailler, args=[lien], daemon=True).start()

    def _travailler(self, lien: Connection) -> None:
        with self.verrou:
            self.en_cours += 1
        try:
            with lien:
                lien.send(_faire(*lien.recv()))
        except (EOFError, OSError):
            pass  # the caller has gone, or came only to see whether this is open
        finally:
            with self.verrou:
                self.en_cours, self.faits = self.en_cours - 1, self.faits + 1
                self.dernier = time.monotonic()


def _faire(travail: str, valeurs: Any, options: Any) -> tuple[bool, Any]:
    try:
        return True, import_string(travail)(*valeurs, **options)
    except Exception as erreur:  # noqa: BLE001 - whatever it is, the caller raises it
        return False, erreur


def _vit(processus: int) -> bool:
    try:
        os.kill(processus, 0)
    except ProcessLookupError:
        return False
    return True
