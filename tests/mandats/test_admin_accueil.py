"""The first page of the admin: to managers their structures, to the national team the country."""

import pytest
from django.test import Client
from django.urls import reverse

from aidants.models import Aidant, Courrier, Invitation, Structure
from journal import etat
from tests.clients_http import ouvrir_session
from tests.factories import AidantFactory, AppartenanceFactory, MandatFactory, StructureFactory

pytestmark = pytest.mark.django_db

ACCUEIL = reverse("admin:index")


@pytest.fixture
def responsable() -> Aidant:
    structure = StructureFactory(nom="Maison de Rennes")
    return AppartenanceFactory(structure=structure, responsable=True).aidant


@pytest.fixture
def client_responsable(client: Client, responsable: Aidant) -> Client:
    ouvrir_session(client, responsable)
    return client


def inviter(structure: Structure) -> None:
    Invitation.objects.inviter(
        par=AidantFactory(supervision=True).auteur,
        structure=structure,
        courriel="lea@example.org",
        prenom="Léa",
        nom="Roux",
    )


def lire(client: Client) -> str:
    return client.get(ACCUEIL).content.decode()


def test_manager_reads_the_figures_of_each_structure_managed(
    client_responsable: Client, responsable: Aidant
) -> None:
    autre = StructureFactory(nom="Mairie")
    AppartenanceFactory(aidant=responsable, structure=autre, responsable=True)
    MandatFactory(structure=autre)
    gerees = client_responsable.get(ACCUEIL).context["structures_gerees"]
    assert {s.nom: s.signes for s in gerees} == {"Maison de Rennes": 0, "Mairie": 1}


def test_manager_reads_nothing_of_other_structures(client_responsable: Client) -> None:
    MandatFactory(structure__nom="Zibeline")
    texte = lire(client_responsable)
    assert "Zibeline" not in texte
    assert "Toutes les structures" not in texte


def test_page_says_what_waits_and_when_nothing_does(
    client_responsable: Client, responsable: Aidant
) -> None:
    assert "Rien n’attend." in lire(client_responsable)
    inviter(Structure.objects.get())
    texte = lire(client_responsable)
    assert "Invitations non acceptées" in texte
    assert "Rien n’attend." not in texte


def test_team_reads_the_country_and_the_mails_that_failed(client: Client) -> None:
    ouvrir_session(client, AidantFactory(supervision=True))
    MandatFactory()
    inviter(StructureFactory())
    Courrier.objects.update(essais=12)
    reponse = client.get(ACCUEIL)
    assert reponse.context["pays"].signes == 1
    assert "Courriels abandonnés" in reponse.content.decode()


def test_national_team_reads_the_state_of_the_journal(client: Client) -> None:
    ouvrir_session(client, AidantFactory(supervision=True))
    reponse = client.get(ACCUEIL)
    assert reverse("admin:journal_etat") in reponse.content.decode()
    assert set(reponse.context["alarmes"]) <= set(etat.ALARMES.values())


def test_menu_of_the_national_team_is_its_own(client: Client, client_responsable: Client) -> None:
    """The menus are drawn once by role: one is not given for another."""
    espace = f'href="{reverse("espace")}"'
    assert espace in client_responsable.get(reverse("accueil")).content.decode()
    ouvrir_session(client, AidantFactory(supervision=True))
    texte = client.get(reverse("accueil")).content.decode()
    assert ACCUEIL in texte
    assert espace not in texte
