"""Start-up check: a seal that would not hold is named before anybody signs."""

from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core.checks import run_checks

from mandats import pades
from mandats.checks import PREAVIS, sceau_des_documents


def autre_cle() -> str:
    cle = ec.generate_private_key(ec.SECP256R1())
    return cle.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def codes() -> list[str]:
    return [str(message.id) for message in sceau_des_documents()]


def test_seal_of_the_demo_is_right_and_the_check_is_registered(settings: Any) -> None:
    assert codes() == []
    settings.SCEAU_PDF_CERTIFICAT = ""
    assert "mandats.001" in [message.id for message in run_checks()]


@pytest.mark.parametrize("texte", ["", "x", "-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_certificate_that_cannot_be_read_is_named(settings: Any, texte: str) -> None:
    settings.SCEAU_PDF_CERTIFICAT = texte
    assert codes() == ["mandats.001"]


@pytest.mark.parametrize("texte", ["", "x", "-----BEGIN PRIVATE KEY-----\nAAAA\n"])
def test_key_that_cannot_be_read_is_named(settings: Any, texte: str) -> None:
    settings.SCEAU_PDF_CLE = texte
    assert codes() == ["mandats.002"]


def test_key_of_another_certificate_is_named(settings: Any) -> None:
    settings.SCEAU_PDF_CLE = autre_cle()
    assert codes() == ["mandats.003"]


@pytest.mark.parametrize(
    ("depuis_la_fin", "attendu"),
    [
        (timedelta(seconds=1), ["mandats.004"]),
        (-PREAVIS + timedelta(hours=1), ["mandats.005"]),
        (-PREAVIS - timedelta(hours=1), []),
        (timedelta(days=-36500), ["mandats.004"]),
    ],
)
def test_certificate_out_of_its_dates_is_named(
    time_machine: Any, depuis_la_fin: timedelta, attendu: list[str]
) -> None:
    fin = pades.certificats()[0].not_valid_after
    time_machine.move_to(fin + depuis_la_fin)
    assert codes() == attendu


@pytest.mark.parametrize(("production", "gravite"), [(True, 40), (False, 30)])
def test_production_stops_where_the_demo_warns(
    settings: Any, production: bool, gravite: int
) -> None:
    settings.EN_PRODUCTION, settings.SCEAU_PDF_CLE = production, ""
    (message,) = sceau_des_documents()
    assert message.level == gravite


def test_end_that_comes_near_stops_nothing(time_machine: Any, settings: Any) -> None:
    settings.EN_PRODUCTION = True
    time_machine.move_to(pades.certificats()[0].not_valid_after - timedelta(days=3))
    (message,) = sceau_des_documents()
    assert message.level < 40
