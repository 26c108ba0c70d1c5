"""The second factor: a code is accepted once, its key is unreadable out of its row."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from aidants import facteurs
from aidants.chiffrement import SecretIllisible
from aidants.models import Aidant, AppareilTotp
from tests.codes import code_de
from tests.factories import AppareilTotpFactory


@pytest.fixture(autouse=True)
def _heure_arretee() -> Iterator[None]:
    """Stand still, so that no code expires between its making and its check."""
    with time_machine.travel(timezone.now(), tick=False):
        yield


def test_code_is_accepted_once(aidant: Aidant, appareil: AppareilTotp) -> None:
    code = code_de(appareil)
    assert facteurs.verifier(aidant, code) == appareil
    assert facteurs.verifier(aidant, code) is None


def test_code_older_than_the_last_accepted_is_refused(
    aidant: Aidant, appareil: AppareilTotp
) -> None:
    assert facteurs.verifier(aidant, code_de(appareil, pas=1))
    assert facteurs.verifier(aidant, code_de(appareil)) is None


@pytest.mark.parametrize(
    ("pas", "accepte"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_code_of_one_step_around_is_accepted(
    aidant: Aidant, appareil: AppareilTotp, pas: int, accepte: bool
) -> None:
    assert bool(facteurs.verifier(aidant, code_de(appareil, pas=pas))) is accepte


def test_drift_is_learned(aidant: Aidant, appareil: AppareilTotp) -> None:
    facteurs.verifier(aidant, code_de(appareil, pas=1))
    appareil.refresh_from_db()
    assert appareil.decalage == 1


def test_spaces_do_not_matter(aidant: Aidant, appareil: AppareilTotp) -> None:
    code = code_de(appareil)
    assert facteurs.verifier(aidant, f" {code[:3]}\u00a0{code[3:]}\n")


@pytest.mark.parametrize("code", ["", "abcdef", "１２３４５６", "²²²²²²", "-00001", "0" * 20])
def test_what_is_no_code_is_refused(aidant: Aidant, code: str) -> None:
    assert facteurs.verifier(aidant, code) is None


def test_code_of_another_account_is_refused(aidant: Aidant) -> None:
    assert facteurs.verifier(aidant, code_de(AppareilTotpFactory())) is None


def test_device_to_be_confirmed_opens_nothing(aidant: Aidant) -> None:
    assert (
        facteurs.verifier(aidant, code_de(AppareilTotpFactory(user=aidant, confirmed=False)))
        is None
    )


def test_second_device_of_the_account_is_accepted(aidant: Aidant) -> None:
    second = AppareilTotpFactory(user=aidant)
    assert facteurs.verifier(aidant, code_de(second)) == second


def test_error_slows_the_device_then_frees_it(aidant: Aidant, appareil: AppareilTotp) -> None:
    facteurs.verifier(aidant, "000000")
    assert facteurs.verifier(aidant, code_de(appareil)) is None
    with time_machine.travel(timezone.now() + timedelta(seconds=2), tick=False):
        assert facteurs.verifier(aidant, code_de(appareil))


def test_errors_never_cost_more_than_half_a_minute(aidant: Aidant, appareil: AppareilTotp) -> None:
    appareil.throttling_failure_count = 400
    appareil.throttle_increment()
    with time_machine.travel(timezone.now() + timedelta(seconds=33), tick=False):
        assert facteurs.verifier(aidant, code_de(appareil))


@pytest.mark.usefixtures("transactional_db")
def test_eight_requests_at_a_time_let_one_in() -> None:
    appareil = AppareilTotpFactory()
    code = code_de(appareil)

    def essayer(_: int) -> bool:
        try:
            return facteurs.verifier(appareil.user, code) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as fils:
        assert sum(fils.map(essayer, range(8))) == 1


def test_key_is_not_readable_in_its_column(appareil: AppareilTotp) -> None:
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT cle_chiffree FROM aidants_appareiltotp WHERE id = %s", [appareil.pk]
        )
        garde = bytes(curseur.fetchone()[0])
    assert appareil.cle not in garde
    assert appareil.cle.hex().encode() not in garde


def test_key_moved_to_another_row_does_not_open(appareil: AppareilTotp) -> None:
    autre = AppareilTotpFactory()
    autre.cle_chiffree = appareil.cle_chiffree
    autre.save()
    with pytest.raises(SecretIllisible):
        _ = AppareilTotp.objects.get(pk=autre.pk).cle


def test_reading_the_key_gives_back_what_was_put(appareil: AppareilTotp) -> None:
    appareil.cle = b"k" * 20
    appareil.save()
    assert AppareilTotp.objects.get(pk=appareil.pk).cle == b"k" * 20
