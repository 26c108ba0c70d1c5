"""Reminders: one for each long mandat, thirty days before its end."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.utils import timezone

from aidants.models import Structure
from mandats import courriels, taches
from mandats.models import Avis, Mandat
from mandats.models.avis import Genre
from tests.factories import AppartenanceFactory, MandatFactory, UsagerFactory
from tests.mandats.gestes import ensemble

pytestmark = pytest.mark.django_db
MOIS, SECONDE = timedelta(days=30), timedelta(seconds=1)


@pytest.fixture
def maintenant() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(timezone.now(), tick=False) as voyage:
        yield voyage


def finissant(dans: timedelta, duree: int = 182, **autres: object) -> Mandat:
    fin = timezone.now() + dans
    return MandatFactory(fin=fin, signe_le=fin - timedelta(days=duree), duree=duree, **autres)


def rappels() -> set[tuple[str, str]]:
    lus = Avis.objects.filter(genre=Genre.RAPPEL).values_list("mandat__reference", "destinataire")
    return set(lus)


@pytest.mark.usefixtures("maintenant")
@pytest.mark.parametrize(
    ("dans", "duree", "dit"),
    [
        (MOIS + SECONDE, 182, False), (MOIS, 182, True), (SECONDE, 365, True),
        (timedelta(), 182, False), (MOIS, 31, False), (SECONDE, 1, False),
    ],
)  # fmt: skip
def test_end_is_announced_thirty_days_ahead(dans: timedelta, duree: int, dit: bool) -> None:
    mandat = finissant(dans, duree)
    assert taches.rappeler_les_fins() == dit
    attendus = {(mandat.reference, qui) for qui in ("usager", "structure")}
    assert rappels() == (attendus if dit else set())


def test_revoked_mandat_is_not_announced() -> None:
    finissant(MOIS, revoque=True)
    assert taches.rappeler_les_fins() == 0


def test_end_is_announced_once(maintenant: time_machine.Traveller) -> None:
    finissant(MOIS)
    assert taches.rappeler_les_fins() == 1
    maintenant.shift(timedelta(days=1))
    assert taches.rappeler_les_fins() == 0
    assert Avis.objects.count() == 2


def test_aidant_who_still_works_there_is_told(structure: Structure) -> None:
    aidant = AppartenanceFactory(structure=structure).aidant
    mandat = finissant(MOIS, structure=structure, aidant=aidant)
    taches.rappeler_les_fins()
    assert rappels() == {(mandat.reference, "usager"), (mandat.reference, "aidant")}


def test_usager_without_address_is_not_written_to() -> None:
    mandat = finissant(MOIS, usager=UsagerFactory(courriel=""))
    taches.rappeler_les_fins()
    assert rappels() == {(mandat.reference, "structure")}


def test_more_than_a_lot_is_announced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taches, "LOT", 2)
    for _ in range(5):
        finissant(MOIS)
    assert taches.rappeler_les_fins() == 5


@pytest.mark.parametrize("qui", ["usager", "aidant", "structure"])
def test_mail_says_what_ends_and_when(qui: str) -> None:
    avis = Avis(mandat=finissant(MOIS), genre=Genre.RAPPEL, destinataire=qui)
    courriel = courriels.composer(avis)
    assert "prend fin le" in courriel.subject
    assert "Logement" in str(courriel.body)


@pytest.mark.usefixtures("transactional_db")
def test_two_workers_announce_once() -> None:
    finissant(MOIS)
    assert sum(ensemble(*[partial(taches.rappeler_les_fins)] * 3)) == 1
    assert Avis.objects.count() == 2
