"""Logins in the journal of the structure where the aidant works: its managers alone read them."""

import pytest
from django.test import Client
from django.urls import reverse

from aidants.models import Aidant, Structure
from journal.models import Entree
from tests.aidants.cles import doter
from tests.aidants.cles import se_connecter as entrer_avec_la_cle
from tests.aidants.personnes import client_de
from tests.aidants.test_connexion import se_connecter
from tests.factories import (
    AidantFactory,
    AppareilTotpFactory,
    AppartenanceFactory,
    StructureFactory,
)

pytestmark = pytest.mark.django_db

LISTE = reverse("admin:journal_entree_changelist")


@pytest.fixture
def structures() -> list[Structure]:
    return [StructureFactory(nom=f"{lettre}-Maison") for lettre in "AB"]


@pytest.fixture
def aidant(structures: list[Structure]) -> Aidant:
    """Of both; the first by name is where they work when they come in."""
    compte: Aidant = AidantFactory()
    for structure in structures:
        AppartenanceFactory(aidant=compte, structure=structure)
    return compte


def lues(structure: Structure) -> list[str]:
    """The actions that a manager of the structure reads, the first first."""
    responsable = AppartenanceFactory(structure=structure, responsable=True).aidant
    lignes = client_de(responsable).get(LISTE).context["cl"].queryset
    return [ligne.action for ligne in lignes][::-1]


def test_manager_reads_the_logins_of_the_structure_and_no_others(
    structures: list[Structure], aidant: Aidant
) -> None:
    client = Client()
    se_connecter(client, AppareilTotpFactory(user=aidant))
    client.post(reverse("deconnexion"))
    assert lues(structures[0]) == ["connexion", "deconnexion"]
    assert lues(structures[1]) == []


def test_passkey_login_is_read_too(structures: list[Structure], aidant: Aidant) -> None:
    client = Client()
    entrer_avec_la_cle(client, doter(aidant))
    assert lues(structures[0])[-1] == "connexion"
    assert "connexion" not in lues(structures[1])


def test_logout_is_of_the_structure_chosen_since(
    structures: list[Structure], aidant: Aidant
) -> None:
    client = Client()
    se_connecter(client, AppareilTotpFactory(user=aidant))
    client.post(reverse("changer_structure"), {"structure": str(structures[1].pk)})
    client.post(reverse("deconnexion"))
    assert lues(structures[0]) == ["connexion"]
    assert lues(structures[1]) == ["changement_structure", "deconnexion"]


@pytest.mark.parametrize("role", ["supervision", "responsable"])
def test_who_is_an_aidant_of_no_structure_logs_in_nowhere(role: str) -> None:
    personne = (
        AidantFactory(supervision=True)
        if role == "supervision"
        else AppartenanceFactory(responsable=True, est_aidant=False).aidant
    )
    se_connecter(Client(), AppareilTotpFactory(user=personne))
    ligne = Entree.objects.pour_aidant(personne.pk).get(action="connexion")
    assert (ligne.structure_ref, ligne.structure_nom) == ("", "")
