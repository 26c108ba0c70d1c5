"""An identity as FranceConnect gives it: what is accepted, and how it is read and compared."""

import calendar
import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usagers.identite import (
    IdentiteInvalide,
    date_en_toutes_lettres,
    depuis_claims,
    est_date_naissance,
    est_majeur,
    meme_naissance,
    sans_accents,
)

CLAIMS: dict[str, Any] = {
    "sub": "a" * 64 + "v1",
    "given_name": "Angela Claire",
    "family_name": "DUBOIS",
    "gender": "female",
    "birthdate": "1962-08-24",
    "birthplace": "75107",
    "birthcountry": "99100",
    "email": "angela@example.org",
}

JOURS = st.dates(min_value=datetime.date(1850, 1, 1)).map(datetime.date.isoformat)
MOIS = JOURS.map(lambda jour: f"{jour[:7]}-00")
ANNEES = JOURS.map(lambda jour: f"{jour[:4]}-00-00")
NAISSANCES = JOURS | MOIS | ANNEES


def claims(**autres: Any) -> dict[str, Any]:
    return {nom: valeur for nom, valeur in (CLAIMS | autres).items() if valeur is not None}


# --- Dates ---


@given(NAISSANCES)
def test_known_or_presumed_dates_are_dates(naissance: str) -> None:
    assert est_date_naissance(naissance)


@pytest.mark.parametrize(
    "texte",
    [
        "", "1962", "1962-08", "24/08/1962", "1962-8-24", "62-08-24", "1962-13-01", "1962-00-24",
        "1962-08-32", "1962-02-30", "1900-02-29", "1962-04-31", "0000-00-00", "1962-08-24\n",
        " 1962-08-24", "1962-08-24T00:00", "１９６２-08-24", "١٩٦٢-08-24", "1962-08-24\x00",
    ],
)  # fmt: skip
def test_other_texts_are_no_dates(texte: str) -> None:
    assert not est_date_naissance(texte)


@given(st.text(alphabet="0123456789-", max_size=12))
def test_date_is_one_of_the_calendar_or_holds_zeros(texte: str) -> None:
    if est_date_naissance(texte) and not texte.endswith("-00"):
        assert datetime.date.fromisoformat(texte)


@pytest.mark.parametrize(
    ("date", "phrase"),
    [
        ("1962-08-24", "24 août 1962"),
        ("1957-03-01", "1er mars 1957"),
        ("1962-05-00", "en mai 1962 (jour inconnu)"),
        ("1962-00-00", "en 1962 (jour et mois inconnus)"),
    ],
)
def test_date_is_read_in_plain_words(date: str, phrase: str) -> None:
    assert date_en_toutes_lettres(date) == phrase


@given(NAISSANCES)
def test_every_date_can_be_read(naissance: str) -> None:
    assert naissance[:4] in date_en_toutes_lettres(naissance)


# --- Eighteen ---


@pytest.mark.parametrize(
    ("naissance", "majeur"),
    [
        ("2008-11-23", True),
        ("2008-11-24", False),
        ("2008-11-00", False),
        ("2008-10-00", True),
        ("2008-00-00", False),
        ("2007-00-00", True),
        ("2026-11-23", False),
    ],
)
def test_unknown_parts_of_a_birth_never_make_an_adult(naissance: str, majeur: bool) -> None:
    assert est_majeur(naissance, datetime.date(2026, 11, 23)) is majeur


@given(NAISSANCES, st.dates(min_value=datetime.date(1900, 1, 1)))
def test_adult_stays_adult(naissance: str, jour: datetime.date) -> None:
    if est_majeur(naissance, jour) and jour < datetime.date.max:
        assert est_majeur(naissance, jour + datetime.timedelta(days=1))


# --- The same birth ---


@given(NAISSANCES)
def test_birth_is_the_same_as_itself(naissance: str) -> None:
    assert meme_naissance(naissance, naissance)


@given(JOURS, JOURS)
def test_known_births_are_the_same_only_when_equal(connue: str, donnee: str) -> None:
    assert meme_naissance(connue, donnee) is (connue == donnee)


@given(ANNEES | MOIS)
def test_presumed_birth_may_be_typed_with_ones(connue: str) -> None:
    assert meme_naissance(connue, connue.replace("-00", "-01"))


@given(JOURS)
def test_unknown_parts_do_not_open_a_known_birth(connue: str) -> None:
    assert not meme_naissance(connue, f"{connue[:4]}-00-00")
    assert not meme_naissance(connue, f"{connue[:7]}-00")


@given(ANNEES, JOURS)
def test_presumed_year_is_not_opened_by_any_day(connue: str, donnee: str) -> None:
    attendu = donnee == f"{connue[:4]}-01-01"
    assert meme_naissance(connue, donnee) is attendu


@given(st.text(), NAISSANCES)
def test_text_that_is_no_date_is_never_the_same(texte: str, naissance: str) -> None:
    if not est_date_naissance(texte):
        assert not meme_naissance(naissance, texte)
        assert not meme_naissance(texte, naissance)


# --- Search ---


@pytest.mark.parametrize(
    ("nom", "cherche"),
    [
        ("D’Été-Müller", "d ete muller"),
        ("L'HÉRITIER", "l heritier"),
        ("Œuvrard", "oeuvrard"),
        ("AÏT-OUFKIR", "ait oufkir"),
        ("François  Ærø", "francois aero"),
        ("Große", "grosse"),
        ("LÆTITIA", "laetitia"),
        ("", ""),
    ],
)
def test_search_reads_a_name_without_signs(nom: str, cherche: str) -> None:
    assert sans_accents(nom) == cherche


@given(st.text())
def test_search_text_is_plain(texte: str) -> None:
    plat = sans_accents(texte)
    assert set(plat) <= set("abcdefghijklmnopqrstuvwxyz0123456789 ")
    assert sans_accents(plat) == plat
    assert "  " not in plat
    assert plat == plat.strip()


@given(st.text(alphabet="abcdefghijéèêëàâîïôûùüçñ -'’", max_size=30))
def test_case_does_not_count(texte: str) -> None:
    assert sans_accents(texte.upper()) == sans_accents(texte)


# --- Claims ---


def test_claims_are_read_whole() -> None:
    identite = depuis_claims(claims(preferred_username="LEROY"))
    assert (identite.prenoms, identite.nom, identite.nom_usage) == (
        "Angela Claire",
        "DUBOIS",
        "LEROY",
    )
    assert (identite.date_naissance, identite.sexe) == ("1962-08-24", "female")


def test_raw_birth_date_wins_over_the_completed_one() -> None:
    identite = depuis_claims(claims(birthdate="1962-01-01", idp_birthdate="1962-00-00"))
    assert identite.date_naissance == "1962-00-00"


@pytest.mark.parametrize(
    ("lieu", "pays"),
    [("97411", "99100"), ("2A004", "99100"), ("98511", "99100"), ("", "99341"), ("", "99352")],
)
def test_birthplaces_of_the_world_are_accepted(lieu: str, pays: str) -> None:
    identite = depuis_claims(claims(birthplace=lieu, birthcountry=pays))
    assert (identite.lieu_naissance, identite.pays_naissance) == (lieu, pays)


@pytest.mark.parametrize("absent", ["email", "preferred_username", "gender"])
def test_what_is_optional_may_be_absent(absent: str) -> None:
    assert depuis_claims(claims(**{absent: None}))


@pytest.mark.parametrize(
    "courriel", ["pas une adresse", "a@b.fr\nBcc: x@y.fr", "a" * 250 + "@b.fr"]
)
def test_wrong_email_stops_nobody(courriel: str) -> None:
    assert depuis_claims(claims(email=courriel)).courriel == ""


@pytest.mark.parametrize(
    ("nom", "valeur"),
    [
        *((nom, None) for nom in ("sub", "given_name", "family_name", "birthdate", "birthcountry")),
        *((nom, "") for nom in ("sub", "given_name", "family_name", "birthdate", "birthcountry")),
        *((nom, ["liste"]) for nom in ("sub", "given_name", "family_name", "birthdate")),
        ("given_name", "   "),
        ("family_name", "N" * 257),
        ("given_name", "P" * 257),
        ("preferred_username", "U" * 257),
        ("family_name", "DU\x00BOIS"),
        ("birthdate", "1962-02-30"),
        ("idp_birthdate", "24/08/1962"),
        ("gender", "autre"),
        ("birthplace", ""),
        ("birthplace", "7510"),
        ("birthplace", "75107\n"),
        ("birthcountry", "FR"),
        ("birthcountry", "99100\n"),
    ],
)
def test_claims_that_do_not_hold_together_are_refused(nom: str, valeur: Any) -> None:
    with pytest.raises(IdentiteInvalide):
        depuis_claims(claims(**{nom: valeur}))


@given(st.integers(min_value=1850, max_value=2100), st.integers(min_value=1, max_value=12))
def test_last_day_of_each_month_is_a_date_and_the_next_is_not(annee: int, mois: int) -> None:
    dernier = calendar.monthrange(annee, mois)[1]
    assert est_date_naissance(f"{annee}-{mois:02}-{dernier:02}")
    assert not est_date_naissance(f"{annee}-{mois:02}-{dernier + 1:02}")
