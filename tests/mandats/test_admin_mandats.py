"""Mandats in the admin: read, filtered, never with the usager."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from aidants.models import Aidant, Structure
from mandats.admin.mandats import ETATS, dans_l_etat
from mandats.models import Mandat
from tests.clients_http import ouvrir_session
from tests.factories import AidantFactory, AppartenanceFactory, MandatFactory, StructureFactory

pytestmark = pytest.mark.django_db

LISTE = reverse("admin:mandats_mandat_changelist")
TRAITS: dict[str, dict[str, Any]] = {
    "actif": {}, "bientot": {"bientot": True}, "expire": {"expire": True},
    "revoque": {"revoque": True},
}  # fmt: skip


@pytest.fixture
def structure() -> Structure:
    return StructureFactory()


@pytest.fixture
def responsable(structure: Structure) -> Aidant:
    return AppartenanceFactory(structure=structure, responsable=True).aidant


@pytest.fixture
def client_responsable(responsable: Aidant) -> Client:
    client = Client()
    ouvrir_session(client, responsable)
    return client


def vus(client: Client, **filtres: str) -> set[Any]:
    return set(client.get(LISTE, filtres).context["cl"].queryset)


@pytest.mark.parametrize("etat", ETATS)
def test_state_is_the_same_in_sql_and_on_a_mandat(structure: Structure, etat: str) -> None:
    MandatFactory(structure=structure, expire=True, revoque=True)
    for traits in TRAITS.values():
        MandatFactory(structure=structure, **traits)
    en_sql = set(dans_l_etat(Mandat.objects.all(), etat))
    assert en_sql == {mandat for mandat in Mandat.objects.all() if mandat.etat == etat}
    assert en_sql


def test_manager_reads_the_mandats_of_their_structures(
    client_responsable: Client, structure: Structure
) -> None:
    ici = MandatFactory(structure=structure)
    MandatFactory()
    assert vus(client_responsable) == {ici}


def test_list_is_filtered(
    client_responsable: Client, responsable: Aidant, structure: Structure
) -> None:
    autre = AppartenanceFactory(aidant=responsable, responsable=True).structure
    ici = MandatFactory(structure=structure, demarches=["logement", "social"])
    la = MandatFactory(structure=autre, demarches=["justice"], revoque=True)
    assert vus(client_responsable, structure=str(autre.pk)) == {la}
    assert vus(client_responsable, structure=str(StructureFactory().pk)) == set()
    assert vus(client_responsable, demarche="social") == {ici}
    assert vus(client_responsable, etat="revoque") == {la}
    assert vus(client_responsable, q=ici.reference) == {ici}
    assert vus(client_responsable, signe_le__year=str(ici.signe_le.year)) == {ici, la}


def test_page_of_a_mandat_says_what_ended(client_responsable: Client, structure: Structure) -> None:
    mandat = MandatFactory(structure=structure, demarches=["logement", "social"])
    mandat.revoquer(par=mandat.usager.auteur, demarches=["social"])
    adresse = reverse("admin:mandats_mandat_change", args=[mandat.pk])
    texte = client_responsable.get(adresse).content.decode()
    assert "Social - Santé (retirée le" in texte
    assert " ; Logement" in texte


def test_history_tells_without_the_usager(client_responsable: Client, structure: Structure) -> None:
    mandat = MandatFactory(structure=structure)
    mandat.revoquer(par=mandat.usager.auteur)
    adresse = reverse("admin:mandats_mandat_history", args=[mandat.pk])
    texte = client_responsable.get(adresse).content.decode()
    assert "Le mandat de l’usager" in texte
    assert mandat.usager.nom.casefold() not in texte.casefold()


@pytest.mark.parametrize("qui", ["responsable", "supervision"])
@pytest.mark.parametrize("page", ["add", "change", "delete"])
def test_nobody_writes_a_mandat(
    client: Client, responsable: Aidant, structure: Structure, qui: str, page: str
) -> None:
    mandat = MandatFactory(structure=structure)
    ouvrir_session(client, {"responsable": responsable}.get(qui) or AidantFactory(supervision=True))
    args = [] if page == "add" else [mandat.pk]
    adresse = reverse(f"admin:mandats_mandat_{page}", args=args)
    assert client.post(adresse, {"post": "yes", "reference": "AC-0000-0000"}).status_code == 403
    assert Mandat.objects.get().reference == mandat.reference


def test_empty_list_says_what_to_expect(client_responsable: Client) -> None:
    assert "Un mandat apparaît ici" in client_responsable.get(LISTE).content.decode()
    assert "Rien ne correspond" in client_responsable.get(LISTE, {"q": "zzz"}).content.decode()
