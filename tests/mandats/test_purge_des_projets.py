"""Drafts that nobody signed are deleted after a day, with whom they alone knew."""

from datetime import timedelta

import pytest
from django.utils import timezone

from mandats.models import Mandat, Projet
from mandats.taches import CONSERVATION, purger_projets
from tests.factories import MandatFactory, ProjetFactory
from usagers.models import Usager

pytestmark = pytest.mark.django_db
SECONDE = timedelta(seconds=1)


def vieux(**traits: object) -> Projet:
    expire_le = timezone.now() - CONSERVATION - SECONDE
    return ProjetFactory(expire_le=expire_le, **traits)


def test_old_draft_and_its_usager_are_deleted() -> None:
    vieux(identifie=True)
    assert purger_projets() == 1
    assert not Projet.objects.exists()
    assert not Usager.objects.exists()


def test_draft_of_the_day_is_kept() -> None:
    ProjetFactory(identifie=True, expire_le=timezone.now() - CONSERVATION + timedelta(minutes=1))
    assert purger_projets() == 0
    assert Usager.objects.exists()


def test_signed_draft_is_kept() -> None:
    mandat = MandatFactory()
    vieux(usager=mandat.usager, mandat=mandat)
    assert purger_projets() == 0
    assert (Projet.objects.count(), Mandat.objects.count()) == (1, 1)


def test_usager_of_a_mandat_or_of_another_draft_is_kept() -> None:
    connus = [MandatFactory().usager, ProjetFactory(identifie=True).usager]
    for usager in connus:
        vieux(usager=usager)
    assert purger_projets() == 2
    assert set(Usager.objects.all()) == set(connus)
