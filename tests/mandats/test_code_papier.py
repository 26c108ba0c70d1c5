"""The paper's code: every slip of the pen is caught, every way of typing it is accepted."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mandats import code_papier
from mandats.code_papier import ALPHABET, CodeMalForme, CodePapier, lire

CODES = st.builds(
    CodePapier,
    st.text(alphabet=ALPHABET, min_size=5, max_size=5),
    st.text(alphabet=ALPHABET, min_size=10, max_size=10),
)
RANGS = st.integers(min_value=0, max_value=15)
CONFONDUS = "0O1IL"


def nu(code: CodePapier) -> str:
    return str(code).replace("-", "")


def est_refuse(saisie: str) -> bool:
    try:
        lire(saisie)
    except CodeMalForme:
        return True
    return False


@given(CODES)
def test_code_is_read_back_as_printed(code: CodePapier) -> None:
    assert lire(str(code)) == code


@given(CODES, RANGS, st.sampled_from(ALPHABET))
def test_every_single_slip_is_caught(code: CodePapier, rang: int, symbole: str) -> None:
    juste = nu(code)
    assume(juste[rang] != symbole)
    assert est_refuse(juste[:rang] + symbole + juste[rang + 1 :])


@given(CODES, RANGS, RANGS)
def test_every_swap_of_two_is_caught(code: CodePapier, un: int, autre: int) -> None:
    symboles = list(nu(code))
    assume(symboles[un] != symboles[autre])
    symboles[un], symboles[autre] = symboles[autre], symboles[un]
    assert est_refuse("".join(symboles))


def test_slips_are_all_caught_on_one_code() -> None:
    juste = nu(code_papier.tirer())
    fautes = {
        juste[:rang] + symbole + juste[rang + 1 :]
        for rang in range(16)
        for symbole in ALPHABET
        if symbole != juste[rang]
    }
    assert len(fautes) == 16 * 30
    assert all(map(est_refuse, fautes))


@given(CODES, RANGS)
def test_missing_or_doubled_symbol_is_caught(code: CodePapier, rang: int) -> None:
    juste = nu(code)
    assert est_refuse(juste[:rang] + juste[rang + 1 :])
    assert est_refuse(juste[:rang] + juste[rang] + juste[rang:])


@given(
    CODES,
    st.lists(st.sampled_from([" ", "-", "–", "—", ".", "\u00a0", "\u202f", "\t", "‐", "‑", "_"])),
    st.data(),
)
def test_signs_between_symbols_and_case_do_not_count(
    code: CodePapier, signes: list[str], data: st.DataObject
) -> None:
    saisie = list(nu(code).lower())
    for signe in signes:
        saisie.insert(data.draw(st.integers(0, len(saisie))), signe)
    assert lire("".join(saisie)) == code


@pytest.mark.parametrize("symbole", CONFONDUS)
def test_symbols_that_look_alike_are_never_drawn_nor_read(symbole: str) -> None:
    assert symbole not in ALPHABET
    assert est_refuse(symbole + nu(code_papier.tirer())[1:])


@given(st.text())
def test_any_text_is_a_code_or_is_refused(texte: str) -> None:
    assert est_refuse(texte) or len(lire(texte).secret) == 10


def test_codes_are_drawn_anew_each_time() -> None:
    codes = {code_papier.tirer() for _ in range(200)}
    assert len(codes) == 200
    assert {symbole for code in codes for symbole in nu(code)} == set(ALPHABET)


def test_number_of_symbols_is_prime() -> None:
    """The proof of the check symbol rests on it."""
    assert len(set(ALPHABET)) == len(ALPHABET) == 31
