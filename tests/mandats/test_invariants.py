"""What the database itself refuses of authorisations, whoever writes."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from mandats.models import Autorisation, Mandat
from tests.factories import MandatFactory, StructureFactory, UsagerFactory

pytestmark = pytest.mark.django_db
SECONDE = timedelta(seconds=1)


def doubler(mandat: Mandat, **traits: Any) -> Mandat:
    ici = {"structure": mandat.structure, "usager": mandat.usager}
    return MandatFactory(**ici, demarches=["logement"], **traits)


def refuse(nom: str) -> Any:
    return pytest.raises(IntegrityError, match=nom)


def test_demarche_is_open_once_for_a_structure_and_an_usager(mandat: Mandat) -> None:
    with refuse("autorisation_ouverte_unique"), transaction.atomic():
        doubler(mandat)


@pytest.mark.parametrize("trait", ["revoque", "expire"])
def test_what_has_ended_takes_no_place(mandat: Mandat, trait: str) -> None:
    doubler(mandat, **{trait: True})
    assert Autorisation.objects.actives().count() == 2


def test_other_structure_usager_and_demarche_are_free(mandat: Mandat) -> None:
    MandatFactory(structure=mandat.structure)
    MandatFactory(usager=mandat.usager)
    MandatFactory(structure=mandat.structure, usager=mandat.usager, demarches=["justice"])
    assert Mandat.objects.actifs().count() == 4


@pytest.mark.parametrize("ecart", [-SECONDE, timedelta(days=182) + SECONDE])
def test_authorisation_is_revoked_within_its_life(mandat: Mandat, ecart: timedelta) -> None:
    valeurs = {"revoquee_le": mandat.signe_le + ecart, "revoquee_par": "usager"}
    with refuse("autorisation_revoquee_de_son_vivant"), transaction.atomic():
        mandat.autorisations.update(**valeurs)


@pytest.mark.parametrize("ecart", [timedelta(), timedelta(days=182)])
def test_first_and_last_instants_are_of_its_life(mandat: Mandat, ecart: timedelta) -> None:
    valeurs = {"revoquee_le": mandat.signe_le + ecart, "revoquee_par": "usager"}
    assert mandat.autorisations.update(**valeurs) == 2


def test_ended_authorisation_is_expired_or_revoked_not_both(mandat: Mandat) -> None:
    mandat.revoquer(par=mandat.usager.auteur)
    with refuse("autorisation_echue_ou_revoquee"), transaction.atomic():
        mandat.autorisations.update(echue=True)


@pytest.mark.parametrize("champ", ["structure", "usager", "debut", "fin"])
def test_authorisation_says_the_same_as_its_mandat(mandat: Mandat, champ: str) -> None:
    autres = {
        "structure": StructureFactory(), "usager": UsagerFactory(),
        "debut": mandat.signe_le + SECONDE, "fin": mandat.fin + SECONDE,
    }  # fmt: skip
    with refuse("autorisation_comme_son_mandat"), transaction.atomic():
        mandat.autorisations.update(**{champ: autres[champ]})


def test_change_of_a_mandat_reaches_its_authorisations(mandat: Mandat) -> None:
    fin, structure = mandat.fin - timedelta(days=1), StructureFactory()
    Mandat.objects.filter(pk=mandat.pk).update(fin=fin, structure=structure)
    lues = set(mandat.autorisations.values_list("fin", "structure", "debut"))
    assert lues == {(fin, structure.pk, mandat.signe_le)}


def test_revocation_by_a_late_clock_ends_at_the_start(mandat: Mandat) -> None:
    autorisation = mandat.autorisations.first()
    assert autorisation
    autorisation.clore(timezone.now() - timedelta(minutes=5), par="usager", motif="")
    assert autorisation.revoquee_le == mandat.signe_le


def test_refusals_are_said_in_words(mandat: Mandat) -> None:
    double = Autorisation.du_mandat(doubler(mandat, revoque=True), "logement")
    with pytest.raises(ValidationError, match="déjà autorisée à cette structure"):
        double.validate_constraints(exclude=["mandat"])


def test_each_rule_has_a_name_in_the_database() -> None:
    with connection.cursor() as curseur:
        regles = connection.introspection.get_constraints(curseur, "mandats_autorisation")
    nommees = {c.name for c in Autorisation._meta.constraints} | {"autorisation_comme_son_mandat"}
    assert nommees <= set(regles)
