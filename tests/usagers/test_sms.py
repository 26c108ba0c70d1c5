"""SMS: a real provider over HTTP, its failures, the breaker, and the files of the demo."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from usagers import sms
from usagers.sms import ECHECS_MAX, SmsImpossible

NUMERO = "+33612345678"


class Prestataire(BaseHTTPRequestHandler):
    """Keeps what it was sent, and answers as it is told."""

    recus: list[tuple[dict[str, str], dict[str, str]]] = []
    statut = 202

    def do_POST(self) -> None:
        corps = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        type(self).recus.append((dict(self.headers), corps))
        self.send_response(self.statut)
        self.send_header("Location", "/ailleurs")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def prestataire(settings: Settings) -> Iterator[type[Prestataire]]:
    serveur = HTTPServer(("127.0.0.1", 0), Prestataire)
    threading.Thread(target=serveur.serve_forever, daemon=True).start()
    settings.SMS_ADRESSE = f"http://127.0.0.1:{serveur.server_port}/messages"
    settings.SMS_JETON = "jeton-de-test"
    Prestataire.recus, Prestataire.statut = [], 202
    sms.disjoncteur.oublier()
    yield Prestataire
    serveur.shutdown()
    serveur.server_close()
    sms.disjoncteur.oublier()


def test_provider_gets_number_text_token_and_key(prestataire: type[Prestataire]) -> None:
    sms.envoyer(NUMERO, "Votre code est 123456.", cle="cle-1")
    ((entetes, corps),) = prestataire.recus
    assert corps == {"to": NUMERO, "from": "Aidants", "text": "Votre code est 123456."}
    assert entetes["Authorization"] == "Bearer jeton-de-test"
    assert entetes["Idempotency-Key"] == "cle-1"


@pytest.mark.parametrize("statut", [302, 400, 500])
def test_any_other_answer_is_a_failure(prestataire: type[Prestataire], statut: int) -> None:
    prestataire.statut = statut
    with pytest.raises(SmsImpossible):
        sms.envoyer(NUMERO, "Bonjour", cle="cle")
    assert len(prestataire.recus) == 1  # a redirect is not followed


def test_breaker_leaves_a_failing_provider_alone(prestataire: type[Prestataire]) -> None:
    prestataire.statut = 500
    for _ in range(ECHECS_MAX + 2):
        with pytest.raises(SmsImpossible):
            sms.envoyer(NUMERO, "Bonjour", cle="cle")
    assert len(prestataire.recus) == ECHECS_MAX


def test_success_closes_the_count(prestataire: type[Prestataire]) -> None:
    for statut in (500, 500, 202, 500, 500):
        prestataire.statut = statut
        try:
            sms.envoyer(NUMERO, "Bonjour", cle="cle")
        except SmsImpossible:
            continue
    assert len(prestataire.recus) == 5


def test_off_without_an_address(settings: Settings) -> None:
    settings.SMS_ADRESSE = ""
    assert not sms.est_actif()
    with pytest.raises(SmsImpossible):
        sms.envoyer(NUMERO, "Bonjour", cle="cle")


def test_files_of_the_demo(settings: Settings, tmp_path: Path) -> None:
    settings.SMS_ADRESSE = (tmp_path / "sms").as_uri()
    sms.disjoncteur.oublier()
    sms.envoyer(NUMERO, "Votre code : 1", cle="cle")
    message = json.loads((tmp_path / "sms" / "cle.json").read_text())
    assert (message["numero"], message["texte"]) == (NUMERO, "Votre code : 1")
