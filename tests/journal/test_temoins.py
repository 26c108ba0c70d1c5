"""What others keep: the daily token of a real authority, and the files that are read."""

import random
import threading
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from journal import temoins
from journal.horodatage import JetonInvalide, lire_jeton
from journal.murs import ROLE_SCEAU
from journal.registre import Registre
from journal.temoins import Horodateur, TemoinIllisible, demander, lire
from tests.journal.autorite import Autorite
from tests.journal.registre_de_test import executer, forcer, garnir, notes, role, sceller, verifier
from tests.serveurs import PATIENCE

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def _autorite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Autorite]:
    autorite = Autorite(tmp_path_factory.mktemp("autorite"))
    with autorite.servir():
        yield autorite


@pytest.fixture
def autorite(_autorite: Autorite, settings: Any) -> Autorite:
    settings.HORODATAGE_URL = _autorite.url
    settings.HORODATAGE_CERTIFICATS = [str(_autorite.racine)]
    _autorite.en_panne, _autorite.demandes = "", 0
    return _autorite


@pytest.fixture
def journal() -> None:
    garnir(20, random.Random(4))  # noqa: S311 - repeatable
    sceller(lot=10)


def horodateur() -> Horodateur:
    return Horodateur(Registre(connection), lambda _: None)


def attendre(horodateur: Horodateur) -> bool:
    """Let the sealer's loop turn until the question that it asked has its answer."""
    with role(ROLE_SCEAU):
        ecrit = horodateur.tourner()
        limite = time.monotonic() + PATIENCE
        while horodateur._attendu and time.monotonic() < limite:
            time.sleep(0.01)
            ecrit = horodateur.tourner()
    return ecrit


def jetons() -> list[tuple[int, bytes]]:
    return [(s, bytes(c)) for s, c in executer("SELECT sceau, contenu FROM journal_temoin")]


# --- Asking ---


def test_token_over_the_last_head_is_kept(autorite: Autorite, journal: None) -> None:
    assert attendre(horodateur())
    ((sceau, contenu),) = jetons()
    assert sceau == len(notes())
    assert lire_jeton(contenu, notes()[-1])
    assert verifier() == []


def test_one_token_a_day(autorite: Autorite, journal: None) -> None:
    meme = horodateur()
    assert [attendre(meme), attendre(meme), attendre(horodateur())] == [True, False, False]
    assert autorite.demandes == 1


def test_nobody_is_asked_without_an_authority(journal: None) -> None:
    assert not attendre(horodateur())
    assert jetons() == []


def test_nothing_is_asked_of_a_journal_without_a_head(autorite: Autorite) -> None:
    assert not attendre(horodateur())
    assert autorite.demandes == 0


@pytest.mark.parametrize("panne", ["500", "n’importe quoi"])
def test_authority_that_fails_is_asked_again_later(
    autorite: Autorite, journal: None, panne: str, monkeypatch: Any
) -> None:
    autorite.en_panne = panne
    patient = horodateur()
    assert not attendre(patient)
    assert not attendre(patient)
    assert autorite.demandes == 1
    autorite.en_panne = ""
    patient._prochain = None  # ten minutes later
    assert attendre(patient)


def test_authority_that_hangs_never_holds_the_sealer(
    autorite: Autorite, journal: None, monkeypatch: Any
) -> None:
    """The loop goes on while the question waits."""
    porte = threading.Event()
    monkeypatch.setattr(temoins, "demander", lambda _: porte.wait() and b"")
    patient = horodateur()
    with role(ROLE_SCEAU):
        assert [patient.tourner() for _ in range(5)] == [False] * 5
    porte.set()


def test_token_of_an_authority_that_is_not_trusted(
    autorite: Autorite, journal: None, settings: Any, tmp_path: Path
) -> None:
    settings.HORODATAGE_CERTIFICATS = [str(Autorite(tmp_path).racine)]
    with pytest.raises(JetonInvalide):
        demander(notes()[-1])


def test_token_does_not_open_on_another_head(autorite: Autorite, journal: None) -> None:
    jeton = demander(notes()[0])
    with pytest.raises(JetonInvalide):
        lire_jeton(jeton, notes()[1])


def test_token_that_was_changed_is_a_finding(autorite: Autorite, journal: None) -> None:
    attendre(horodateur())
    forcer("UPDATE journal_temoin SET contenu = contenu || '\\x00'")
    assert {c.code for c in verifier()} == {"J10"}


# --- Reading ---


def courriel(note: str) -> bytes:
    message = EmailMessage()
    message["Subject"] = "Le journal ce matin"
    message.set_content(f"Bonjour,\n\nGardez ceci :\n\n{note}\nMerci.\n", cte="quoted-printable")
    return bytes(message)


def test_head_token_and_mail_bear_witness_of_the_same(autorite: Autorite, journal: None) -> None:
    note = notes()[-1]
    copie = f"Texte copié du courriel :\r\n\r\n{note}\r\nSuite".replace("\n", "\r\n")
    fichiers = [note.encode(), demander(note), courriel(note), copie.replace("\r\r", "\r").encode()]
    assert [lire(octets, notes()) for octets in fichiers] == [note] * 4
    assert verifier(temoins=[(str(i), octets) for i, octets in enumerate(fichiers)])[1:] == []


def test_token_of_a_head_that_is_gone(autorite: Autorite, journal: None) -> None:
    """The tail cut off with its seal: the token tells."""
    jeton = demander(notes()[-1])
    forcer("DELETE FROM journal_sceau WHERE numero = %s", len(notes()))
    constats = verifier(temoins=[("jeton.tsr", jeton)])
    assert ("J08", "jeton.tsr") in [(c.code, c.objet) for c in constats]


@pytest.mark.parametrize("octets", [b"", b"rien", b"\x30\x82", b"Subject: x\n\nrien", b"\xff" * 50])
def test_what_bears_no_witness(octets: bytes) -> None:
    with pytest.raises(TemoinIllisible):
        lire(octets, [])
