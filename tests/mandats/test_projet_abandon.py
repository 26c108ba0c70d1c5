"""An aidant finds every open draft again, resumes it or drops it."""

from django.test import Client
from django.urls import reverse

from aidants.models import Aidant, Structure
from mandats.models import Projet
from tests.factories import MandatFactory, ProjetFactory


def abandonner(client: Client, projet: Projet) -> str:
    return str(client.post(reverse("projet_abandon", args=[projet.pk]))["Location"])


def test_each_open_draft_is_on_the_home_page(
    client_aidant: Client, aidant: Aidant, structure: Structure
) -> None:
    projets = [ProjetFactory(aidant=aidant, structure=structure) for _ in range(5)]
    page = client_aidant.get(reverse("espace")).content.decode()
    for projet in projets:
        assert reverse("projet_identification", args=[projet.pk]) in page
        assert reverse("projet_abandon", args=[projet.pk]) in page


def test_dropped_draft_is_gone_and_the_others_stay(client_aidant: Client, projet: Projet) -> None:
    autre = ProjetFactory(aidant=projet.aidant, structure=projet.structure)
    assert abandonner(client_aidant, projet) == reverse("espace")
    assert list(Projet.objects.all()) == [autre]
    assert "Rien n’a été signé" in client_aidant.get(reverse("espace")).content.decode()


def test_signed_draft_is_not_dropped(client_aidant: Client, projet: Projet) -> None:
    projet.mandat = MandatFactory(structure=projet.structure, aidant=projet.aidant)
    projet.save()
    assert abandonner(client_aidant, projet) == reverse("mandat_fait", args=[projet.mandat.pk])
    assert Projet.objects.get() == projet


def test_draft_of_a_colleague_is_not_found(client_aidant: Client) -> None:
    adresse = reverse("projet_abandon", args=[ProjetFactory().pk])
    assert client_aidant.post(adresse).status_code == 404
    assert Projet.objects.exists()
