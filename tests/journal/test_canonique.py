"""The canonical form: one byte string for one content, and one content for it."""

import hashlib
import hmac
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journal.canonique import TAILLE_SEL, canonique, engagement

feuilles = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
cles = st.text(st.characters(codec="ascii"), max_size=4)
plats = st.dictionaries(cles, feuilles, max_size=4)
contenus = st.dictionaries(cles, feuilles | plats, max_size=4)
sels = st.binary(min_size=TAILLE_SEL, max_size=TAILLE_SEL)
essais = settings(max_examples=60, deadline=None)  # no timed test


@essais
@given(contenus)
def test_reads_back_as_it_was(contenu: dict[str, Any]) -> None:
    assert json.loads(canonique(contenu)) == contenu


@essais
@given(contenus, st.randoms(use_true_random=False))
def test_order_does_not_count(contenu: dict[str, Any], hasard: Any) -> None:
    paires = list(contenu.items())
    hasard.shuffle(paires)
    assert canonique(dict(paires)) == canonique(contenu)


@essais
@given(contenus)
def test_is_ascii_on_one_line_without_spaces_around(contenu: dict[str, Any]) -> None:
    octets = canonique(contenu)
    assert octets.isascii()
    assert b"\n" not in octets
    vide = json.dumps(json.loads(octets), sort_keys=True, separators=(",", ":"))
    assert octets == vide.encode()


@essais
@given(contenus, contenus, sels)
def test_two_contents_have_two_commitments(
    un: dict[str, Any], autre: dict[str, Any], sel: bytes
) -> None:
    # `==` in Python says that 1 is True: the canonical bytes tell them apart.
    memes = canonique(un) == canonique(autre)
    assert (engagement(sel, un) == engagement(sel, autre)) is memes


@essais
@given(contenus, sels, sels)
def test_two_salts_have_two_commitments(contenu: dict[str, Any], un: bytes, autre: bytes) -> None:
    assert (engagement(un, contenu) == engagement(autre, contenu)) is (un == autre)


@essais
@given(st.floats() | st.binary() | st.lists(st.integers()) | st.sets(st.text()))
def test_other_types_have_no_form(valeur: object) -> None:
    for contenu in ({"a": valeur}, {"a": {"b": valeur}}):
        with pytest.raises(ValueError, match="No canonical form"):
            canonique(contenu)


@essais
@given(st.binary().filter(lambda sel: len(sel) != TAILLE_SEL))
def test_salt_has_32_bytes(sel: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        engagement(sel, {})


def test_known_form() -> None:
    contenu = {"b": "é", "a": {"d": None, "c": True}, "n": -1}
    assert canonique(contenu) == b'{"a":{"c":true,"d":null},"b":"\\u00e9","n":-1}'


def test_known_commitment() -> None:
    attendu = hmac.digest(bytes(32), b'{"a":"x"}', hashlib.sha256)
    assert engagement(bytes(32), {"a": "x"}) == attendu
