"""A person is one usager, whichever key of the pepper's ring hashed FranceConnect's `sub`."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from aidants.empreintes import nom_courant
from journal.models import Auteur
from tests.factories import UsagerFactory
from tests.mandats.gestes import ensemble
from tests.occupation import Occupant
from tests.serveurs import PATIENCE
from tests.usagers.test_usagers import IDENTITE
from usagers.models import Usager, empreinte_sub

PREMIERE, SECONDE = "41" * 32, "42" * 32
AIDANT = Auteur(genre="aidant", nom="Camille Durand")


def poser(settings: Settings, courante: str, *autres: str) -> None:
    settings.CLE_EMPREINTES, settings.CLES_EMPREINTES_ANCIENNES = courante, list(autres)


def identifier(nom_usage: str = "") -> Usager:
    return Usager.objects.identifier(replace(IDENTITE, nom_usage=nom_usage), par=AIDANT)


@pytest.fixture
def connu(db: None, settings: Settings) -> Usager:
    """Identified under the first key; the second is the current one since."""
    poser(settings, PREMIERE)
    usager = identifier()
    poser(settings, SECONDE, PREMIERE)
    return usager


def test_identification_finds_and_hashes_anew(connu: Usager, settings: Settings) -> None:
    assert identifier("LEROY") == connu
    connu.refresh_from_db()
    assert (connu.sub_hache, connu.sub_cle) == (empreinte_sub(IDENTITE.sub), nom_courant())
    poser(settings, SECONDE)
    assert Usager.objects.connu(IDENTITE) == connu


def test_recognition_hashes_anew(connu: Usager, settings: Settings) -> None:
    assert Usager.objects.reconnaitre(IDENTITE) == connu
    poser(settings, SECONDE)
    assert Usager.objects.connu(IDENTITE) == connu


def test_same_person_is_told_from_another(connu: Usager, settings: Settings) -> None:
    assert not Usager.objects.est_bien(connu, replace(IDENTITE, sub="autre"))
    assert Usager.objects.est_bien(connu, IDENTITE)
    poser(settings, SECONDE)
    assert Usager.objects.connu(IDENTITE) == connu


def test_old_key_that_left_the_ring_recognises_nobody(connu: Usager, settings: Settings) -> None:
    poser(settings, SECONDE)
    assert Usager.objects.connu(IDENTITE) is None


def test_two_rows_of_one_person_are_no_third(connu: Usager) -> None:
    """Both hashes exist, if a key left the ring and came back: the current one's row is taken."""
    recent = UsagerFactory(sub_hache=empreinte_sub(IDENTITE.sub))
    assert identifier("LEROY") == recent
    assert Usager.objects.reconnaitre(IDENTITE) == recent
    assert Usager.objects.est_bien(connu, IDENTITE)
    assert set(Usager.objects.filter(pk__in=[connu.pk, recent.pk])) == {connu, recent}
    assert Usager.objects.filter(nom=IDENTITE.nom, nom_usage="LEROY").count() == 1


def test_old_keys_cost_no_statement(connu: Usager, settings: Settings) -> None:
    with CaptureQueriesContext(connection) as pendant:
        identifier("LEROY")
    poser(settings, SECONDE)
    with CaptureQueriesContext(connection) as apres:
        identifier("MARTIN")
    assert len(pendant) == len(apres)


@pytest.mark.usefixtures("transactional_db")
def test_many_at_once_make_one_usager(settings: Settings) -> None:
    poser(settings, PREMIERE)
    connu = identifier()
    poser(settings, SECONDE, PREMIERE)
    assert set(ensemble(*[identifier] * 6)) == {connu}
    Usager.objects.all().delete()
    assert len(set(ensemble(*[identifier] * 6))) == 1
    assert Usager.objects.get().sub_hache == empreinte_sub(IDENTITE.sub)


@pytest.mark.usefixtures("transactional_db")
def test_two_nodes_of_two_keys_make_one_usager(settings: Settings) -> None:
    """One has already passed to the second key, one has not yet: each knows both."""

    def par_l_autre() -> Usager:
        try:
            return identifier("LEROY")
        finally:
            connection.close()

    poser(settings, PREMIERE, SECONDE)
    with ThreadPoolExecutor(1) as fil:
        lent = Occupant(identifier)
        with lent:
            poser(settings, SECONDE, PREMIERE)
            second = fil.submit(par_l_autre)
            lent.attendre_qui_attend()
        assert second.result(timeout=PATIENCE).nom_usage == "LEROY"
    assert Usager.objects.get().sub_hache == empreinte_sub(IDENTITE.sub)
