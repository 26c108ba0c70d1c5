"""The rules of FranceConnect on identity and perimeters."""

import pytest

from demo.sites.regles_franceconnect import anomalies, check_rep_scope
from demo.sites.verification import Refus
from tests.demo.faux_produit import IDENTITE


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"birthdate": "1962-00-00"},
        {"birthdate": "1962-05-00"},
        {"birthdate": "2000-02-29"},
        {"birthcountry": "99217", "birthplace": ""},
        {"birthplace": "2A004"},
        {"birthplace": "97601"},
        {"birthplace": "98511"},
        {"gender": "unspecified"},
        {"preferred_username": "D'ALMEIDA"},
    ],
)
def test_accepted(change: dict[str, str]) -> None:
    assert anomalies(IDENTITE | change) == []


@pytest.mark.parametrize(
    "change",
    [
        {"given_name": ""},
        {"family_name": "X" * 257},
        {"birthdate": "1962-00-12"},
        {"birthdate": "1962-13-01"},
        {"birthdate": "2001-02-29"},
        {"birthdate": "12/03/1962"},
        {"gender": "autre"},
        {"birthcountry": ""},
        {"birthcountry": "None"},
        {"birthplace": ""},
        {"birthplace": "None"},
        {"email": None},
        {"email": "sans arobase"},
    ],
)
def test_refused(change: dict[str, str]) -> None:
    assert len(anomalies(IDENTITE | change)) == 1


@pytest.mark.parametrize("rep_scope", [["Social-Santé"], ["Logement", "Social-Santé"]])
def test_a_common_perimeter_is_enough(rep_scope: list[str]) -> None:
    check_rep_scope({"rep_scope": rep_scope}, ["Social-Santé"])


def test_a_site_without_perimeter_accepts_anything() -> None:
    check_rep_scope({}, [])


@pytest.mark.parametrize(
    ("id_token", "code"),
    [
        ({"rep_scope": ["Logement"]}, "Y600020"),
        ({"rep_scope": []}, "Y600020"),
        ({}, "Y600020"),
        ({"rep_scope": "Social-Santé"}, "Y020030"),
        ({"rep_scope": [1]}, "Y020030"),
    ],
)
def test_perimeter_refusals(id_token: dict[str, object], code: str) -> None:
    with pytest.raises(Refus) as refus:
        check_rep_scope(id_token, ["Social-Santé"])
    assert refus.value.code == code
