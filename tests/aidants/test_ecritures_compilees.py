"""What is compiled once reads and writes as the ORM does."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, models
from django.db.models import QuerySet

from aidants.insertion_compilee import InsertionCompilee
from aidants.lecture_compilee import LectureCompilee, parmi
from aidants.models import Aidant
from fournisseur_identite.models import Connexion, DemandeAutorisation
from tests.factories import AidantFactory, FournisseurServiceFactory

pytestmark = pytest.mark.django_db


def _nommes(noms: list[str], cles: list[uuid.UUID]) -> "QuerySet[Aidant]":
    de_ces_noms = Aidant.objects.filter(parmi("nom", noms, models.CharField(max_length=150)))
    return de_ces_noms.filter(parmi("id", cles, models.UUIDField())).order_by("nom")


@pytest.mark.parametrize("preparee", [True, False])
@pytest.mark.parametrize("noms", [[], ["100 %s d'ici"], ['{"a",', "100 %s d'ici", "Zoé\\"]])
def test_a_list_of_any_length_is_one_value(noms: list[str], preparee: bool) -> None:
    """Braces, quotes, commas and backslashes are what an array of PostgreSQL is written with."""
    cles = [AidantFactory(nom=nom).pk for nom in (*noms, "Autre")]
    lecture: LectureCompilee[Aidant] = LectureCompilee(
        _nommes, preparee=preparee, noms=list[str], cles=list[uuid.UUID]
    )
    assert {a.nom for a in lecture.toutes(noms=noms, cles=cles)} == set(noms)
    assert lecture.toutes(noms=noms, cles=[]) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("preparee", [True, False])
def test_each_thread_reads_by_its_own_connection(preparee: bool) -> None:
    """A web process compiles a read once, and serves it from eight threads."""
    cle = AidantFactory(nom="Zoé").pk
    lecture: LectureCompilee[Aidant] = LectureCompilee(
        _nommes, preparee=preparee, noms=list[str], cles=list[uuid.UUID]
    )

    def lire() -> list[Aidant]:
        try:
            return lecture.toutes(noms=["Zoé"], cles=[cle])
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as fil:
        ailleurs = fil.submit(lire).result()
    assert [a.pk for a in ailleurs] == [a.pk for a in lire()] == [cle]


def _demande(**champs: Any) -> DemandeAutorisation:
    parametres = {"nonce": "100 % d'ici", "claims": {"userinfo": {"rep_scope": None}}}
    return DemandeAutorisation(
        fs=FournisseurServiceFactory(), parametres=parametres, demarches=["logement"], **champs
    )


def test_a_compiled_insertion_writes_what_save_writes() -> None:
    ecrite = _demande()
    assert InsertionCompilee(DemandeAutorisation).inserer(ecrite)
    lue = DemandeAutorisation.objects.get(pk=ecrite.pk)
    noms = [champ.attname for champ in DemandeAutorisation._meta.concrete_fields]
    assert [getattr(lue, nom) for nom in noms] == [getattr(ecrite, nom) for nom in noms]
    assert not ecrite._state.adding


def test_a_row_that_is_left_out_is_said() -> None:
    insertion = InsertionCompilee(DemandeAutorisation, sauf="ON CONFLICT (id) DO NOTHING")
    premiere = _demande()
    assert insertion.inserer(premiere)
    seconde = _demande(pk=premiere.pk)
    assert not insertion.inserer(seconde)
    assert seconde._state.adding


def test_no_use_writes_an_index_of_beginnings_of_words() -> None:
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT indexname FROM pg_indexes WHERE tablename = %s AND indexdef LIKE %s",
            [Connexion._meta.db_table, "%_pattern_ops%"],
        )
        assert curseur.fetchall() == []
