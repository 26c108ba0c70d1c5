"""Roles in a structure: given, changed, ended; a structure keeps a manager."""

from typing import Any

import pytest

from aidants.models import Appartenance, Courrier, Structure
from journal.models import PLATEFORME, Auteur, Entree
from tests.factories import AidantFactory, AppartenanceFactory, StructureFactory
from tests.mandats.gestes import ensemble

pytestmark = pytest.mark.django_db
SUPERVISION = Auteur(genre="supervision", nom="Paul MARTIN")


@pytest.fixture
def structure() -> Structure:
    return StructureFactory()


@pytest.fixture
def seule(structure: Structure) -> Appartenance:
    """The only manager of the structure, who is an aidant too."""
    return AppartenanceFactory(structure=structure, est_responsable=True)


def changer(role: Appartenance, par: Auteur, *, est_responsable: bool = False) -> bool:
    return role.changer_roles(
        par=par, precision="Réorganisation", est_aidant=True, est_responsable=est_responsable
    )


def test_role_that_is_open_is_left_as_it_is(seule: Appartenance) -> None:
    rendu = Appartenance.objects.ouvrir(
        aidant=seule.aidant, structure=seule.structure, par=PLATEFORME,
        est_aidant=True, est_responsable=False,
    )  # fmt: skip
    assert (rendu.pk, rendu.est_responsable) == (seule.pk, True)
    assert not Entree.objects.exists()


def test_change_is_journaled_and_mailed_once(structure: Structure) -> None:
    role = AppartenanceFactory(structure=structure)
    assert changer(role, PLATEFORME, est_responsable=True)
    assert not changer(role, PLATEFORME, est_responsable=True)
    entree = Entree.objects.get()
    assert entree.details == {"aidant": True, "responsable": True}
    assert entree.structure_ref == str(structure.pk)
    assert Courrier.objects.get().details["responsable"] is True


def test_role_that_ended_is_not_changed(structure: Structure) -> None:
    assert not changer(AppartenanceFactory(structure=structure, partie=True), PLATEFORME)


def test_last_manager_stays_unless_the_supervision_says_otherwise(seule: Appartenance) -> None:
    assert not changer(seule, seule.aidant.auteur)
    assert not seule.finir(par=seule.aidant.auteur)
    assert changer(seule, SUPERVISION)


def test_manager_leaves_once_another_is_named(seule: Appartenance, structure: Structure) -> None:
    AppartenanceFactory(structure=structure, responsable=True)
    assert seule.finir(par=seule.aidant.auteur)


@pytest.mark.parametrize(
    "autre",
    [
        {"partie": True},
        {"aidant": {"desactive": True}},
        {"structure": None},
    ],
)
def test_who_does_not_count_as_another_manager(
    seule: Appartenance, structure: Structure, autre: dict[str, Any]
) -> None:
    champs: dict[str, Any] = {"structure": structure, "responsable": True} | autre
    if "aidant" in autre:
        champs["aidant"] = AidantFactory(**autre["aidant"])
    champs["structure"] = champs["structure"] or StructureFactory()
    AppartenanceFactory(**champs)
    assert seule.est_derniere_responsable
    assert not seule.finir(par=seule.aidant.auteur)


@pytest.mark.django_db(transaction=True)
def test_two_managers_who_leave_at_a_time_do_not_both_leave(structure: Structure) -> None:
    roles = [AppartenanceFactory(structure=structure, responsable=True) for _ in range(2)]
    departs = ensemble(*[lambda r=r: r.finir(par=r.aidant.auteur) for r in roles])
    assert sorted(departs) == [False, True]
    assert Appartenance.objects.responsables().filter(structure=structure).count() == 1
