"""Technical logs and error reports hold no code, no token, no name."""

import io
import logging
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client
from structlog.stdlib import ProcessorFormatter

from aidants_connect.journaux import COMMUNS, RENDU, alleger, sans_donnees_personnelles


def test_query_string_browser_and_address_are_cut() -> None:
    evenement = {"request": "GET /franceconnect/retour/?code=canari", "ip": "1", "user_agent": "x"}
    rendu = sans_donnees_personnelles(None, "info", evenement)
    assert rendu == {"request": "GET /franceconnect/retour/"}


def test_token_of_a_link_is_cut_from_its_path() -> None:
    chemin = f"/invitation/0b4c/{'a1' * 20}/"
    evenement = {"request": f"POST {chemin}", "event": f"Not Found: {chemin}"}
    assert "a1a1" not in str(sans_donnees_personnelles(None, "info", evenement))
    rapport: Any = {"request": {"method": "POST", "url": f"https://x.fr{chemin}"}}
    assert alleger(rapport, {})["request"]["url"] == "https://x.fr/invitation/0b4c/…/"


def test_error_report_keeps_method_and_path_alone() -> None:
    requete = {
        "method": "GET",
        "url": "https://x.fr/oidc/logout?id_token_hint=canari",
        "query_string": "id_token_hint=canari",
        "headers": {"Authorization": "Bearer canari"},
        "cookies": {"session": "canari"},
    }
    evenement: Any = {"request": requete, "breadcrumbs": {"values": ["canari"]}}
    rendu = alleger(evenement, {})
    assert "canari" not in str(rendu)
    assert rendu["request"]["url"] == "https://x.fr/oidc/logout"


@pytest.mark.django_db
def test_no_canary_reaches_the_logs(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for adresse in ("/franceconnect/retour/", "/oidc/authorize", "/oidc/logout", "/verifier/"):
        client.get(adresse, {"code": "canari", "state": "canari", "id_token_hint": "canari"})
    client.post("/connexion/", {"courriel": "canari@x.fr", "mot_de_passe": "canari"})
    client.post("/oidc/token", {"code": "canari", "client_secret": "canari"})
    client.get("/oidc/userinfo", headers={"Authorization": "Bearer canari"})
    assert caplog.records
    assert "canari" not in caplog.text


@pytest.mark.django_db
def test_error_page_logs_neither_variables_nor_values(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tomber(*_: object, **__: object) -> None:
        raise ValueError("refusé\nDETAIL: Failing row contains (canari)")

    monkeypatch.setattr("aidants.connexion.authenticate", tomber)
    client.raise_request_exception = False
    gestionnaire = logging.StreamHandler(flux := io.StringIO())
    gestionnaire.setFormatter(ProcessorFormatter(processors=RENDU, foreign_pre_chain=COMMUNS))
    logging.getLogger().addHandler(gestionnaire)
    try:
        reponse = client.post("/connexion/", {"courriel": "canari@x.fr", "mot_de_passe": "canari"})
    finally:
        logging.getLogger().removeHandler(gestionnaire)
    assert reponse.status_code == 500
    assert "ValueError" in flux.getvalue()
    assert "canari" not in flux.getvalue()


@pytest.mark.parametrize(
    "erreur",
    [
        SMTPRecipientsRefused({"canari@example.org": (550, b"<canari@example.org>: unknown")}),
        ValueError("Refused: +33612345678, canari+1@sous.example.org."),
        IntegrityError("not null\nDETAIL:  Failing row contains (canari, +33612345678)."),
    ],
    ids=str,
)
def test_error_of_a_task_brings_no_address_to_the_logs(erreur: Exception) -> None:
    """`smtplib` and PostgreSQL name persons in their errors, and Celery logs a task's, whole."""
    poignee = logging.StreamHandler(sortie := io.StringIO())
    poignee.setFormatter(ProcessorFormatter(processors=RENDU, foreign_pre_chain=COMMUNS))
    journal = logging.getLogger("test.taches")
    journal.addHandler(poignee)
    try:
        raise erreur
    except type(erreur):
        journal.exception("Task envoyer raised unexpected: %r", erreur)
    journal.removeHandler(poignee)
    rapport: Any = {"exception": {"values": [{"value": str(erreur)}]}}
    ecrits = sortie.getvalue() + str(alleger(rapport, {}))
    assert type(erreur).__name__ in ecrits
    assert "canari" not in ecrits
    assert "612345678" not in ecrits
