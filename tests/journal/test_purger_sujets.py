"""Retention erases subjects at their term, under its own role, and the journal stays verifiable."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from journal.actions import AUTORISATION_CREEE
from journal.actions_comptes import CONNEXION
from journal.models import PLATEFORME, Concerne, Entree, Sujet
from journal.murs import ROLE_RETENTION
from journal.retention import CONNEXIONS, limite, purger, regles
from journal.sceaux import Effacement
from mandats.conservation import REGLES
from mandats.models import Mandat
from tests.factories import MandatFactory
from tests.journal.registre_de_test import executer, forcer, garnir, role, sceller, verifier

pytestmark = pytest.mark.django_db
(MANDATS,) = REGLES
ANNEE = timedelta(days=366)


def inscrire(action: Any, age: timedelta, **concerne: str) -> int:
    """An entry of the past: only its owner, walls lowered, can date it."""
    details = {"fin": "x"} if action is AUTORISATION_CREEE else {}
    cle = Entree.objects.inscrire(
        action, acte=uuid4(), par=PLATEFORME, concerne=Concerne(**concerne), details=details
    )
    forcer("UPDATE journal_entree SET instant = instant - %s WHERE id = %s", age, cle)
    return cle


def appliquer() -> int:
    with role(ROLE_RETENTION):
        return sum(purger(regle, limite(regle)) for regle in regles())


def sujets() -> set[int]:
    return set(Sujet.objects.values_list("pk", flat=True))


def test_connection_logs_of_a_year_ago_lose_their_subject() -> None:
    vieille, recente = inscrire(CONNEXION, ANNEE), inscrire(CONNEXION, ANNEE / 2)
    autre = inscrire(AUTORISATION_CREEE, ANNEE)
    assert appliquer() == 1
    assert {recente, autre} < sujets()
    assert vieille not in sujets()
    purge = Entree.objects.get(action="purge")
    assert purge.details["nombre"] == 1
    assert Effacement.objects.get().purge == purge.acte
    assert "1 lignes du journal" in purge.phrase()


@pytest.mark.parametrize(("fin", "perdu"), [(5, False), (7, True)])
def test_mandats_keep_their_journal_six_years_after_their_end(fin: int, perdu: bool) -> None:
    mandat = MandatFactory()
    Mandat.objects.filter(pk=mandat.pk).update(
        signe_le=timezone.now() - ANNEE * 8, fin=timezone.now() - ANNEE * fin
    )
    cle = inscrire(AUTORISATION_CREEE, ANNEE * 8, mandat_ref=str(mandat.pk))
    appliquer()
    assert (cle not in sujets()) is perdu


def test_mandat_ended_by_its_person_counts_from_there() -> None:
    mandat = MandatFactory()
    Mandat.objects.filter(pk=mandat.pk).update(
        signe_le=timezone.now() - ANNEE * 8, fin=timezone.now() - ANNEE
    )
    mandat.autorisations.update(revoquee_le=timezone.now() - ANNEE * 7, revoquee_par="usager")
    cle = inscrire(AUTORISATION_CREEE, ANNEE * 8, mandat_ref=str(mandat.pk))
    appliquer()
    assert cle not in sujets()


def test_running_mandat_keeps_its_journal() -> None:
    mandat = MandatFactory()
    cle = inscrire(AUTORISATION_CREEE, ANNEE * 8, mandat_ref=str(mandat.pk))
    appliquer()
    assert cle in sujets()


def test_verification_knows_the_purge() -> None:
    garnir(3, random.Random(1))  # noqa: S311 - repeatable
    for _ in range(4):
        inscrire(CONNEXION, ANNEE)
    sceller()
    assert appliquer() == 4
    sceller()
    assert verifier() == []


def test_nothing_to_erase_writes_nothing() -> None:
    inscrire(CONNEXION, ANNEE / 2)
    assert appliquer() == 0
    assert not Entree.objects.filter(action="purge").exists()


def test_no_subject_is_deleted_without_its_erasure() -> None:
    """Not even by retention's own role, nor by the owner."""
    inscrire(CONNEXION, ANNEE)
    for nom in (ROLE_RETENTION, ""):
        with (
            role(nom),
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
        ):
            executer("DELETE FROM journal_sujet")


@pytest.mark.parametrize(
    "ordre", ["UPDATE journal_sujet SET sel = ''", "DELETE FROM journal_entree"]
)
def test_retention_does_nothing_else(ordre: str) -> None:
    inscrire(CONNEXION, ANNEE)
    with (
        role(ROLE_RETENTION),
        pytest.raises(DatabaseError, match="permission"),
        transaction.atomic(),
    ):
        executer(ordre)


def test_term_of_a_leap_day() -> None:
    assert limite(CONNEXIONS, datetime(2028, 2, 29, tzinfo=UTC)).date().isoformat() == "2027-02-28"
