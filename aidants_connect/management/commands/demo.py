"""`manage.py demo`: prepare the demo, then serve the product and the demo world until Ctrl-C."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from typing import Any
from urllib.parse import urlsplit

import httpx2
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django_otp.oath import totp

from aidants_connect import donnees_demo
from usagers import atelier

PATIENCE = 60  # seconds for a server to answer, on a busy machine


class Command(BaseCommand):
    help = "Prepare the demo (database, data) and serve it on the loopback address."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-serve", action="store_true", help="prepare, without serving")
        parser.add_argument("--port-monde", type=int, default=8001, help="the demo world's port")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.EN_PRODUCTION:
            raise CommandError("The demo has known accounts: it never runs in production.")
        monde = f"http://127.0.0.1:{options['port_monde']}"
        port = urlsplit(settings.SITE_URL).port or 80
        if not options["no_serve"]:
            for pris in (port, options["port_monde"]):
                _exiger_port_libre(pris)
        (settings.DOSSIER_DONNEES / "courriels").mkdir(parents=True, exist_ok=True)
        call_command("migrate", verbosity=0)
        description = donnees_demo.charger(monde=monde)
        self._annoncer(description)
        if not options["no_serve"]:
            self._servir(port, options["port_monde"], description)

    def _annoncer(self, description: dict[str, Any]) -> None:
        ecrire = self.stdout.write
        ecrire("")
        ecrire(f"  Product     {description['produit']}")
        ecrire(f"  Demo world  {description['monde']}  (guided tour, start here)")
        ecrire("")
        for compte in description["comptes"]:
            code = totp(bytes.fromhex(compte["totp_cle_hex"]))
            acces = f"{compte['courriel']:<34} {compte['mot_de_passe']:<28} {code:06d}"
            ecrire(f"  {acces}  {compte['role']}")
        ecrire("")
        ecrire("  The codes change every 30 seconds: the demo world shows the present ones.")

    def _servir(self, port: int, port_monde: int, description: dict[str, Any]) -> None:
        """Run both servers; end both when one ends, or at Ctrl-C."""
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's « & » ignores it
        os.environ.setdefault("AC_ATELIER", tempfile.mkdtemp(prefix="atelier-"))
        atelier.eveiller(maitre=os.getpid())  # documents are composed as in production
        commun = _environnement(description["monde"])
        produit = _gunicorn("aidants_connect.wsgi", port, commun)
        monde = _gunicorn("demo.wsgi", port_monde, commun | _monde())
        serveurs = [produit, monde]
        scelleur: list[subprocess.Popen[bytes]] = []
        if settings.REDIS_URL:  # without Redis, tasks run in the product's own process
            serveurs.append(_celery(commun))
        try:
            _attendre(f"http://127.0.0.1:{port}/sante", serveurs)
            _attendre(f"{description['monde']}/pret", serveurs)
            # A sealer that refuses to sign says why, and the demo goes on. What the last run left
            # is sealed first: the verification would rightly call it late.
            sceller = [sys.executable, "manage.py", "sceller"]
            _lancer([*sceller, "--une-fois"], commun).wait()
            scelleur.append(_lancer(sceller, commun))
            if not settings.REDIS_URL:  # no beat: the journal is verified at the start
                scelleur.append(_lancer([sys.executable, "manage.py", "veiller_journal"], commun))
            self.stdout.write("\n  Ready. Ctrl-C stops everything.\n")
            self.stdout.flush()
            while all(serveur.poll() is None for serveur in serveurs):
                time.sleep(0.2)
            raise CommandError("A server stopped; its last lines are above.")
        except KeyboardInterrupt:
            self.stdout.write("\n  Stopped.")
        finally:
            _arreter([*scelleur, *serveurs])


def _exiger_port_libre(port: int) -> None:
    with socket.socket() as essai:
        essai.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            essai.bind(("127.0.0.1", port))
        except OSError as erreur:
            raise CommandError(
                f"Port {port} is taken: stop what uses it, then try again."
            ) from erreur


def _environnement(monde: str) -> dict[str, str]:
    """The children talk to the database that this process started, as the application's role.

    And to the demo world's FranceConnect, on whatever port, unless another one is set.
    """
    notres = {"PYTHONUNBUFFERED": "1", "NIVEAU_JOURNAUX": "WARNING"}
    return {"FC_ISSUER": f"{monde}/api/v2"} | os.environ | notres


def _monde() -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "demo.settings",
        "DEMO_FICHIER": str(settings.DOSSIER_DONNEES / "demo.json"),
    }


def _gunicorn(
    application: str, port: int, environnement: dict[str, str]
) -> subprocess.Popen[bytes]:
    commande = [
        sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}",
        "--worker-class", "gthread", "--threads", "8", "--no-control-socket",
        "--log-level", "warning",
    ]  # fmt: skip
    return _lancer(commande, environnement)


def _celery(environnement: dict[str, str]) -> subprocess.Popen[bytes]:
    commande = [
        sys.executable, "-m", "celery", "--app", "aidants_connect", "worker", "--beat",
        "--pool", "threads", "--loglevel", "WARNING",
        "--schedule", str(settings.DOSSIER_DONNEES / "celerybeat"),
    ]  # fmt: skip
    return _lancer(commande, environnement)


def _lancer(commande: list[str], environnement: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start a child out of the terminal's reach: Ctrl-C is ours to pass on."""
    return subprocess.Popen(  # noqa: S603 - our own interpreter and arguments
        commande, env=environnement, cwd=settings.BASE_DIR, start_new_session=True
    )


def _attendre(url: str, serveurs: list[subprocess.Popen[bytes]]) -> None:
    limite = time.monotonic() + PATIENCE
    while time.monotonic() < limite:
        if any(serveur.poll() is not None for serveur in serveurs):
            break
        try:
            if httpx2.get(url, timeout=2).status_code == httpx2.codes.OK:
                return
        except httpx2.HTTPError:
            time.sleep(0.1)
    raise CommandError(f"{url} does not answer.")


def _arreter(serveurs: list[subprocess.Popen[bytes]]) -> None:
    """End the servers; a second Ctrl-C does not stop the stopping."""
    for numero in (signal.SIGINT, signal.SIGTERM):
        signal.signal(numero, signal.SIG_IGN)
    for serveur in serveurs:
        if serveur.poll() is None:
            serveur.terminate()
    for serveur in serveurs:
        try:
            serveur.wait(timeout=10)
        except subprocess.TimeoutExpired:
            serveur.kill()
