"""Recovery codes: each serves once, whatever is typed around it, and stands in for any factor."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from aidants import facteurs, secours
from aidants.models import Aidant, AppareilTotp, CarnetSecours, Courrier
from journal.models import Entree
from tests.aidants.test_connexion import donner_code, donner_mot_de_passe, est_connecte
from tests.codes import code_de
from tests.factories import AppareilTotpFactory

CODES = st.text(alphabet=secours.ALPHABET, min_size=secours.TAILLE, max_size=secours.TAILLE)


@pytest.fixture
def horloge() -> Iterator[Any]:
    with time_machine.travel(timezone.now(), tick=False) as voyage:
        yield voyage


@pytest.fixture
def codes(aidant: Aidant) -> list[str]:
    return facteurs.renouveler_codes(aidant)


def echecs(aidant: Aidant) -> tuple[int, int]:
    """The failures counted on the application, and on the booklet."""
    carnet, appareil = CarnetSecours.objects.get(), AppareilTotp.objects.get(user=aidant)
    return appareil.throttling_failure_count, carnet.throttling_failure_count


@given(CODES)
def test_code_is_read_as_it_is_written(code: str) -> None:
    assert secours.lire(secours.ecrire(code)) == code


@given(CODES, st.sampled_from([" ", "-", ".", "\u00a0", "_", ""]))
def test_case_and_separators_do_not_matter(code: str, separateur: str) -> None:
    assert secours.lire(separateur.join(code.lower())) == code


@given(st.text(max_size=30))
def test_reading_never_fails(saisie: str) -> None:
    lu = secours.lire(saisie)
    assert lu is None or len(lu) == secours.TAILLE


@given(st.from_regex(r"[0-9]{6}", fullmatch=True))
def test_six_digits_are_no_recovery_code(code: str) -> None:
    assert secours.lire(code) is None


def test_ten_codes_differ_by_their_first_two_symbols() -> None:
    assert len({code[: secours.REPERE] for code in secours.tirer()}) == secours.NOMBRE


def test_each_code_serves_once(aidant: Aidant, codes: list[str]) -> None:
    for code in codes:
        assert facteurs.verifier(aidant, code)
    assert [facteurs.verifier(aidant, code) for code in codes] == [None] * 10


def test_code_opens_the_session_and_tells_the_person(
    client: Client, aidant: Aidant, codes: list[str]
) -> None:
    donner_mot_de_passe(client, aidant.courriel)
    assert donner_code(client, codes[0].lower()).status_code == 302
    assert est_connecte(client)
    assert Entree.objects.get(action="code_secours_utilise").details == {"restants": 9}
    assert Courrier.objects.get().genre == "code_secours_utilise"


def test_new_codes_kill_the_old_ones(aidant: Aidant, codes: list[str]) -> None:
    nouveaux = facteurs.renouveler_codes(aidant)
    assert facteurs.verifier(aidant, codes[0]) is None
    assert facteurs.verifier(aidant, nouveaux[0]) is None  # slowed down by the error before


def test_codes_are_kept_as_hashes(codes: list[str]) -> None:
    gardes = "".join(CarnetSecours.objects.get().codes)
    assert not [code for code in codes if code.replace("-", "") in gardes]


def test_code_of_another_account_is_refused(aidant: Aidant, codes: list[str]) -> None:
    autre = AppareilTotpFactory().user
    facteurs.renouveler_codes(autre)
    assert facteurs.verifier(autre, codes[0]) is None
    assert facteurs.verifier(aidant, codes[0])


def test_wrong_six_digits_are_no_failure_of_the_booklet(
    horloge: Any, aidant: Aidant, codes: list[str]
) -> None:
    facteurs.verifier(aidant, "000000")
    assert echecs(aidant) == (1, 0)
    assert facteurs.verifier(aidant, codes[0])


def test_wrong_recovery_code_is_no_failure_of_the_application(
    horloge: Any, aidant: Aidant, appareil: AppareilTotp, codes: list[str]
) -> None:
    facteurs.verifier(aidant, codes[0][:-1] + ("2" if codes[0][-1] != "2" else "3"))
    assert echecs(aidant) == (0, 1)
    assert facteurs.verifier(aidant, code_de(appareil))


@pytest.mark.usefixtures("codes")
@pytest.mark.parametrize("saisie", ["ABCDE-FGH2", "12345", "1234567", "bonjour", "ABCDE-FGH23-4"])
def test_what_is_neither_is_a_failure_of_no_device(aidant: Aidant, saisie: str) -> None:
    assert facteurs.verifier(aidant, saisie) is None
    assert echecs(aidant) == (0, 0)


def test_wrong_recovery_codes_are_slowed_down(
    horloge: Any, client: Client, aidant: Aidant, codes: list[str]
) -> None:
    donner_mot_de_passe(client, aidant.courriel)
    for _ in range(20):
        donner_code(client, "ABCDE-FGH23")
    assert Entree.objects.filter(action="echec_connexion").count() == 5
    assert not donner_code(client, codes[0]).has_header("Location")
    horloge.shift(timedelta(minutes=1))
    assert donner_code(client, codes[0]).has_header("Location")


@pytest.mark.usefixtures("transactional_db")
def test_eight_requests_with_one_code_let_one_in() -> None:
    aidant = AppareilTotpFactory().user
    code = facteurs.renouveler_codes(aidant)[0]

    def essayer(_: int) -> bool:
        try:
            return facteurs.verifier(aidant, code) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as fils:
        assert sum(fils.map(essayer, range(8))) == 1
    assert CarnetSecours.objects.get(user=aidant).restants == 9
