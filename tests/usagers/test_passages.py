"""Counts of outcomes: one more at each sheet, nothing about anyone."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse

from usagers.models import PassageParcours

ADRESSE = reverse("parcours_terminer", args=["logement/deces-oui"])


def comptes() -> list[tuple[str, int]]:
    return list(PassageParcours.objects.order_by("jour").values_list("issue", "nombre"))


@pytest.mark.django_db
def test_each_end_adds_one_to_its_outcome(client: Client) -> None:
    for _ in range(3):
        client.post(ADRESSE)
    assert comptes() == [("pas-possible", 3)]


@pytest.mark.django_db
def test_reading_pages_and_sheets_counts_nothing(client: Client) -> None:
    for page in ("parcours_etape", "parcours_fiche"):
        client.get(reverse(page, args=["logement/deces-oui"]))
    assert comptes() == []


@pytest.mark.django_db
def test_each_day_has_its_count(client: Client) -> None:
    for jour in (23, 24):
        with time_machine.travel(datetime(2026, 11, jour, 12, tzinfo=UTC)):
            client.post(ADRESSE)
    assert comptes() == [("pas-possible", 1), ("pas-possible", 1)]


@pytest.mark.django_db
def test_a_count_holds_a_day_an_outcome_and_a_number_alone() -> None:
    champs = {champ.name for champ in PassageParcours._meta.get_fields()}
    assert champs == {"id", "jour", "issue", "nombre"}


@pytest.mark.django_db(transaction=True)
def test_no_count_is_lost_when_many_end_at_once() -> None:
    def compter(_: int) -> None:
        try:
            PassageParcours.objects.compter("seul")
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as fils:
        list(fils.map(compter, range(18)))
    assert comptes() == [("seul", 18)]
