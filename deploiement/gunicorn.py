"""Gunicorn's settings; GUNICORN_CMD_ARGS can override each of them."""

import gc
import importlib
import os
import subprocess
import sys
import tempfile

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
# Where the documents are composed for all the workers (usagers/atelier.py): one folder for as long
# as this master lives, which reads these settings again at each reload.
_atelier = f"AC_ATELIER_{os.getpid()}"
if _atelier not in os.environ:
    os.environ[_atelier] = tempfile.mkdtemp(prefix="atelier-")
raw_env = [f"AC_ATELIER={os.environ[_atelier]}"]
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


def post_worker_init(_worker: object) -> None:
    """Open the workshop before anybody signs; the worker that comes first does."""
    importlib.import_module("usagers.atelier").eveiller()
