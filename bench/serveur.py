"""A server that is measured: its own processes, on the loopback, and what they cost."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import psutil

RACINE = Path(__file__).resolve().parents[1]


def gunicorn(port: int) -> list[str]:
    """The product as in production: one worker of eight threads."""
    return [
        sys.executable, "-m", "gunicorn", "aidants_connect.wsgi", "--bind", f"127.0.0.1:{port}",
        "--worker-class", "gthread", "--threads", "8", "--no-control-socket",
    ]  # fmt: skip


@contextmanager
def servir(commande: list[str], port: int) -> Iterator[int]:
    """Run a server, which logs as in production, until it is no longer wanted; give its process id
    once it listens."""
    environnement = os.environ | {"NIVEAU_JOURNAUX": "INFO"}
    processus = subprocess.Popen(  # noqa: S603 - our own servers
        commande,
        cwd=RACINE,
        env=environnement,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _attendre(port)
        yield processus.pid
    finally:
        processus.terminate()
        processus.wait(timeout=30)


def _attendre(port: int) -> None:
    limite = time.monotonic() + 60
    while time.monotonic() < limite:
        try:
            HTTPConnection("127.0.0.1", port, timeout=1).connect()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"Nothing answers on port {port}.")


def cpu(pid: int) -> float:
    """Seconds of CPU of a server, its children with it."""
    pere = psutil.Process(pid)
    temps = [p.cpu_times() for p in (pere, *pere.children(recursive=True))]
    return float(sum(t.user + t.system for t in temps))
