"""The structure where an aidant works now: among theirs only, and journaled."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from aidants.connexion import STRUCTURE
from aidants.models import Aidant, Structure
from journal.models import Entree
from tests.clients_http import ouvrir_session
from tests.factories import AppartenanceFactory, StructureFactory


@pytest.fixture
def autre(aidant: Aidant) -> Structure:
    appartenance = AppartenanceFactory(aidant=aidant, structure__nom="Zèbre")
    structure: Structure = appartenance.structure
    return structure


def changer(client: Client, structure: object) -> int:
    return client.post(reverse("changer_structure"), {"structure": str(structure)}).status_code


def test_switch_holds_for_the_session_and_is_journaled(
    client_aidant: Client, aidant: Aidant, autre: Structure
) -> None:
    assert changer(client_aidant, autre.pk) == 302
    assert client_aidant.session[STRUCTURE] == str(autre.pk)
    entree = Entree.objects.get()
    assert (entree.action, entree.structure_nom) == ("changement_structure", "Zèbre")
    assert entree.sujet.auteur_ref == str(aidant.pk)


def test_header_shows_the_structure_chosen(client_aidant: Client, autre: Structure) -> None:
    changer(client_aidant, autre.pk)
    page = client_aidant.get(reverse("espace"))
    assert page.context["structure"] == autre


@pytest.mark.parametrize("choix", ["", "abc", uuid4()])
def test_unknown_structure_is_not_found(client_aidant: Client, choix: object) -> None:
    assert changer(client_aidant, choix) == 404
    assert not Entree.objects.exists()


def test_structure_of_others_is_not_found(client_aidant: Client) -> None:
    assert changer(client_aidant, StructureFactory().pk) == 404


def test_structure_left_is_not_found(client_aidant: Client, aidant: Aidant) -> None:
    ancienne = AppartenanceFactory(aidant=aidant, partie=True).structure
    assert changer(client_aidant, ancienne.pk) == 404


def test_switch_by_get_is_refused(client_aidant: Client) -> None:
    assert client_aidant.get(reverse("changer_structure")).status_code == 405


def test_account_without_structure_is_refused(client: Client, sans_role: Aidant) -> None:
    ouvrir_session(client, sans_role)
    assert changer(client, uuid4()) == 403
