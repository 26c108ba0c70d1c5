"""How lines are read by the million: the bytes are those of the plain way."""

import hashlib
import hmac
import random
from uuid import UUID, uuid4

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from journal.actes import acte_de
from journal.lignes import champs, hmac_sha256
from journal.rapprochement import _acte
from journal.registre import Registre
from tests.journal.registre_de_test import executer

essais = settings(max_examples=150, deadline=None)


@essais
@given(st.binary(max_size=64), st.binary(max_size=300))
def test_hmac_is_that_of_the_library(cle: bytes, contenu: bytes) -> None:
    assert hmac_sha256(cle, contenu) == hmac.digest(cle, contenu, hashlib.sha256)


@essais
@given(st.uuids(), st.text(max_size=20))
def test_act_is_that_of_the_journal(chose: UUID, verbe: str) -> None:
    assert _acte(chose.bytes, verbe.encode()) == acte_de(chose, verbe).bytes


@pytest.mark.parametrize("ligne", ["a\tb", "a\\tb\tb", "\\N\tb", "\\\\N\tb", "a\\\\tb\tb"])
def test_copied_line_has_its_values(ligne: str) -> None:
    premier = {"a\tb": "a", "a\\tb\tb": "a\tb", "\\N\tb": None, "\\\\N\tb": "\\N",
               "a\\\\tb\tb": "a\\tb"}[ligne]  # fmt: skip
    assert champs(ligne) == [premier, "b"]


@pytest.mark.django_db
def test_copied_rows_are_the_rows() -> None:
    """Any character that PostgreSQL keeps, and NULL."""
    hasard = random.Random(5)  # noqa: S311 - repeatable
    signes = 'ab\\"\t\n\r\b\f\v\x01\x7f\x85\u2028é🙂N{},:'
    attendus = [["".join(hasard.choices(signes, k=9)), None, str(uuid4())] for _ in range(200)]
    executer("CREATE TEMP TABLE essai (a text, b text, c uuid)")
    for valeurs in attendus:
        executer("INSERT INTO essai VALUES (%s, %s, %s)", *valeurs)
    lus = Registre(connection).parcourir("SELECT * FROM essai WHERE a <> %(rien)s", {"rien": ""})
    assert sorted(lus, key=str) == sorted(attendus, key=str)
