"""Gunicorn's settings; GUNICORN_CMD_ARGS can override each of them."""

import gc
import importlib
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
from typing import Any

bind = "0.0.0.0:8000"
worker_class = "gthread"
workers = int(os.environ.get("WEB_PROCESSUS", "2"))
# Loaded once, before the workers, which share its memory and serve as soon as they are forked: one
# that dies or is reloaded leaves nobody waiting. New code comes with a new master (or USR2).
preload_app = True
threads = 8  # as many as a process may hold database connections (DATABASE_POOL_MAX)
timeout = 30
graceful_timeout = 30
keepalive = 75  # longer than the proxy keeps its own connections idle
max_requests = 5000
max_requests_jitter = 500
worker_tmp_dir = "/dev/shm"  # noqa: S108 - memory, so that heartbeats never wait for a disk
control_socket_disable = True


def _dossier(nom: str, ou: str | None = None) -> str:
    """A folder for as long as this master lives, which reads these settings again when reloaded."""
    cle = f"{nom}_{os.getpid()}"
    if cle not in os.environ:
        os.environ[cle] = tempfile.mkdtemp(prefix="aidants-connect-", dir=ou)
    return os.environ[cle]


# Where the documents are composed for all the workers (usagers/atelier.py), and where each of them
# writes what it counts (aidants_connect/metriques.py).
_dossiers = {
    "AC_ATELIER": _dossier("AC_ATELIER"),
    "PROMETHEUS_MULTIPROC_DIR": _dossier("AC_METRIQUES", worker_tmp_dir),
}
raw_env = [f"{nom}={chemin}" for nom, chemin in _dossiers.items()]
# No access log: addresses hold codes and states of OpenID Connect. The application logs requests.
accesslog = None


def on_starting(_server: object) -> None:
    """Serve nothing over a journal without its walls (`aidants_connect/checks.py`)."""
    commande = [sys.executable, "manage.py", "check", "--database", "default"]
    if subprocess.run(commande, check=False).returncode:  # noqa: S603 - our own command
        sys.exit("The start-up checks failed: see above.")


def when_ready(_server: object) -> None:
    """Load what the first request would, then keep the collector off what the workers share."""
    importlib.import_module("aidants_connect.urls")
    gc.collect()
    gc.freeze()


def pre_fork(server: Any, worker: Any) -> None:
    """A place among the workers, free again when it has left: the next goes on with its counts."""
    server.places = getattr(server, "places", {})  # kept by the master through its reloads
    prises = set(server.places.values())
    server.places[worker.age] = next(n for n in itertools.count() if n not in prises)


def post_fork(server: Any, worker: Any) -> None:
    os.environ["AC_PLACE"] = str(server.places[worker.age])


def child_exit(server: Any, worker: Any) -> None:
    server.places.pop(worker.age, None)


def on_exit(_server: object) -> None:
    for chemin in _dossiers.values():
        shutil.rmtree(chemin, ignore_errors=True)


def post_worker_init(_worker: object) -> None:
    """Open the workshop before anybody signs; the worker that comes first does."""
    importlib.import_module("usagers.atelier").eveiller()
