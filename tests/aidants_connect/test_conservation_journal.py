"""How long the journal names people outside any mandat, to the second."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aidants.conservation import ANNEES as ANNEES_COMPTES
from aidants.models import (
    Aidant,
)
from journal.actions import IDENTIFICATION
from journal.actions_comptes import CONNEXION, DESACTIVATION, INVITATION
from journal.models import PLATEFORME, Sujet
from journal.murs import ROLE_RETENTION
from journal.retention import il_y_a, limite, purger, regles
from tests.aidants_connect.passe import inscrire
from tests.factories import AidantFactory, UsagerFactory
from tests.journal.registre_de_test import role
from usagers.models import Usager

pytestmark = pytest.mark.django_db
SECONDE = timedelta(seconds=1)
FERMETURE = datetime(2016, 5, 10, tzinfo=UTC)
MAINTENANT = datetime(2024, 3, 1, tzinfo=UTC)


def appliquer() -> None:
    with role(ROLE_RETENTION):
        for regle in regles():
            purger(regle, limite(regle, MAINTENANT))


def nommes() -> set[int]:
    return set(Sujet.objects.exclude(entree__action="purge").values_list("pk", flat=True))


def sujet(action: Any, annees: int, ecart: timedelta = timedelta(), **concerne: str) -> int:
    return inscrire(action, il_y_a(annees, MAINTENANT) + ecart, **concerne)


@pytest.mark.parametrize("ecart", [timedelta(), -SECONDE])
def test_connections_last_a_year_to_the_second(ecart: timedelta) -> None:
    cle = sujet(CONNEXION, 1, ecart, aidant_ref="x")
    appliquer()
    assert (cle in nommes()) is not bool(ecart)


def test_person_without_a_mandat_is_named_a_year() -> None:
    parti, jeune = (
        sujet(IDENTIFICATION, 2, usager_ref="x"),
        sujet(IDENTIFICATION, 0, usager_ref="x"),
    )
    connu = sujet(IDENTIFICATION, 9, usager_ref=str(UsagerFactory().pk))
    anonyme = UsagerFactory()
    Usager.objects.filter(pk=anonyme.pk).anonymiser(FERMETURE)
    oublie = sujet(IDENTIFICATION, 2, usager_ref=str(anonyme.pk))
    appliquer()
    assert nommes() & {parti, jeune, connu, oublie} == {jeune, connu}


def test_account_is_named_as_long_as_it_lives_then_seven_years() -> None:
    ouvert, ferme = AidantFactory(), AidantFactory(is_active=False, desactive_le=FERMETURE)
    vivant = sujet(DESACTIVATION, 20, aidant_ref=str(ouvert.pk))
    encore = sujet(DESACTIVATION, 20, aidant_ref=str(ferme.pk))
    appliquer()
    assert {vivant, encore} <= nommes()
    assert Aidant.objects.get(pk=ferme.pk).anonymiser(par=PLATEFORME)
    appliquer()
    assert nommes() & {vivant, encore} == {vivant}


@pytest.mark.parametrize("ecart", [timedelta(), -SECONDE])
def test_person_who_never_had_an_account_is_named_seven_years(ecart: timedelta) -> None:
    cle = sujet(INVITATION, ANNEES_COMPTES, ecart, aidant_nom="Maëlle")
    appliquer()
    assert (cle in nommes()) is not bool(ecart)
