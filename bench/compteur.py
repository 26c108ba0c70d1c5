"""What one request costs the product, said in a header of its answer; one request at a time."""

import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

from bench.profil import suivre

EN_TETE = "X-Mesure"
PROFIL = "X-Profil"  # asks for a profile, left in this folder
_OUVERTURES = ("SAVEPOINT", "RELEASE", "BEGIN")


class _Compte:
    """Counts statements, without those that open and close transactions."""

    def __init__(self) -> None:
        self.nombre = 0

    def __call__(self, executer: Any, sql: Any, *suite: Any) -> Any:
        self.nombre += not str(sql).startswith(_OUVERTURES)
        return executer(sql, *suite)


def compter(suite: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Statements and CPU of this process, in ms, up to the answer's first byte."""

    def middleware(request: HttpRequest) -> HttpResponse:
        dossier = request.headers.get(PROFIL)
        compte, debut = _Compte(), time.process_time()
        with (
            connection.execute_wrapper(compte),
            suivre(Path(dossier)) if dossier else nullcontext(),
        ):
            reponse = suite(request)
        cpu = 1000 * (time.process_time() - debut)
        reponse[EN_TETE] = f"{compte.nombre} {cpu:.2f}"
        return reponse

    return middleware
