"""The guided tour."""

from pathlib import Path

import pytest

from demo.visite import boite
from demo.visite.totp import code_at, seconds_left
from tests.demo.conftest import CLE_TOTP
from tests.demo.navigateur import Navigateur

MESSAGE = """\
Subject: {objet}
To: thierry@structure.example
Date: Mon, 23 Nov 2026 08:0{minute}:00 +0000
Content-Type: text/plain; charset="utf-8"

Ouvrez http://localhost:8000/invitation/{minute}/ pour commencer.
-----
"""
TRAIT = "-" * 79 + "\n"


@pytest.mark.parametrize(
    ("now", "code"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")]
)
def test_totp_vectors_of_rfc_6238(now: int, code: str) -> None:
    assert code_at(CLE_TOTP, now) == code


def test_seconds_left() -> None:
    assert (seconds_left(0), seconds_left(29), seconds_left(30)) == (30, 1, 30)


def test_codes_are_given_as_json(navigateur: Navigateur) -> None:
    document = navigateur.client.get("/codes.json").json()
    assert len(document["codes"]["thierry@structure.example"]) == 6
    assert 1 <= document["secondes"] <= 30


def test_home_page_shows_accounts_and_identities(navigateur: Navigateur) -> None:
    page = navigateur.client.get("/").text
    assert "thierry@structure.example" in page
    assert "14/03/1957" in page


def test_probe(navigateur: Navigateur) -> None:
    reponse = navigateur.client.get("/pret")
    assert (reponse.status_code, reponse.text) == (200, "pret")


def test_outbox_is_newest_first_and_keeps_its_numbers(tmp_path: Path) -> None:
    premier = MESSAGE.format(objet="Premier", minute=1) + TRAIT
    second = MESSAGE.format(objet="Second", minute=2) + TRAIT
    (tmp_path / "b.log").write_text(premier)
    (tmp_path / "a.log").write_text(second)
    lus = [(courriel.numero, courriel.objet) for courriel in boite.read(tmp_path)]
    assert lus == [(2, "Second"), (1, "Premier")]


def test_links_of_a_mail_can_be_followed(navigateur: Navigateur, dossier_demo: Path) -> None:
    message = MESSAGE.format(objet="Invitation", minute=3)
    (dossier_demo / "courriels" / "a.log").write_text(message + TRAIT)
    assert (
        'href="http://localhost:8000/invitation/3/"' in navigateur.client.get("/courriels/1/").text
    )


def test_unknown_mail_is_404(navigateur: Navigateur) -> None:
    assert navigateur.client.get("/courriels/999/").status_code == 404
