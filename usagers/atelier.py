"""The workshop: one process composes and seals the documents of all the web processes beside it.

WeasyPrint and pyHanko take tens of megabytes, and hold an interpreter for a third of a second: here
they do so once a machine, and no page waits behind a signature. `AC_ATELIER`, which gunicorn's
settings and the demo give, is the folder where it listens; without it, in the tests and the
commands, the work is done where it is asked. Who finds no workshop starts one; when none opens, the
work is done on the spot all the same.
"""

import fcntl
import logging
import os
import subprocess
import sys
import time
from multiprocessing.connection import Client, Connection
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

# A signature composes, then seals, while its transaction is open: PostgreSQL ends it after 30 s.
OUVERTURE = 8.0  # seconds for a workshop to open
DELAI = 12.0  # seconds for a work
PAUSE = 60.0  # seconds during which one that did not open, or not answer, is not asked again
ESSAIS = 2  # the work has no effect: where one dies in the middle of it, another is asked

_lances: list["subprocess.Popen[bytes]"] = []  # those that have ended are buried by the next

_pauses: dict[str, float] = {}  # folder: when to ask again

logger = logging.getLogger(__name__)


class AtelierFerme(Exception):
    """No workshop opens, or it does not answer."""


def confier(travail: str, *valeurs: Any, **options: Any) -> Any:
    """Call the function of this path in the workshop; return what it returns, raise what it raises.

    It has no effect but its result, which comes back, as its arguments leave, by pickle.
    """
    dossier = _dossier()
    repond = dossier and time.monotonic() >= _pauses.get(dossier, 0)
    for _ in range(ESSAIS if repond else 0):
        try:
            reussi, resultat = _demander(Path(dossier), travail, valeurs, options)
        except (EOFError, OSError):
            continue
        except AtelierFerme:
            _pauses[dossier] = time.monotonic() + PAUSE
            break
        if reussi:
            return resultat
        raise resultat
    if repond:
        logger.warning("atelier_ferme")
    return import_string(travail)(*valeurs, **options)


def eveiller(*, maitre: int | None = None) -> None:
    """Open the workshop, if there is to be one, without waiting: a document will be asked soon.

    It ends with the process `maitre`; by default with gunicorn, above the worker that calls.
    """
    dossier = _dossier()
    try:
        if dossier and not joignable(prise(Path(dossier))):
            _ouvrir(Path(dossier), maitre or os.getppid())
    except OSError:  # no page, and no worker that boots, ends for it: the work is done on the spot
        logger.warning("atelier_ferme")


def prise(dossier: Path) -> str:
    """The address where the workshop of this folder listens."""
    return str(dossier / "prise")


def joignable(adresse: str) -> bool:
    try:
        Client(adresse).close()
    except OSError:
        return False
    return True


def _dossier() -> str:
    return os.environ.get("AC_ATELIER", "")


def _demander(dossier: Path, travail: str, valeurs: Any, options: Any) -> tuple[bool, Any]:
    with _joindre(dossier) as lien:
        lien.send((travail, valeurs, options))
        if not lien.poll(DELAI):
            raise AtelierFerme
        reussi, resultat = lien.recv()
        return reussi, resultat


def _joindre(dossier: Path) -> Connection:
    limite = time.monotonic() + OUVERTURE
    while time.monotonic() < limite:
        try:
            return Client(prise(dossier))
        except OSError:
            _ouvrir(dossier, os.getppid())
            time.sleep(0.02)
    raise AtelierFerme


def _ouvrir(dossier: Path, maitre: int) -> None:
    """Start a workshop, which outlives this process, and ends with `maitre`.

    It inherits the lock and lets it go once it listens: nobody starts another one meanwhile.
    """
    dossier.mkdir(mode=0o700, exist_ok=True)  # what cleans temporary folders may have been here
    with (dossier / "verrou").open("w") as verrou:
        try:
            fcntl.flock(verrou, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        ouvrage = [str(dossier), str(maitre), str(verrou.fileno())]
        lance = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "manage.py", "atelier", *ouvrage],
            cwd=settings.BASE_DIR, pass_fds=(verrou.fileno(),), start_new_session=True,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
    _lances[:] = [passe for passe in _lances if passe.poll() is None] + [lance]
