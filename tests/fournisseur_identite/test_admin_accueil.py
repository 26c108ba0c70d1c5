"""The national team's first page: sites that let codes expire, what is late."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from aidants.models import Courrier
from aidants_connect.models import Purge
from fournisseur_identite.models import AvisDeFin, Connexion
from mandats.models import Autorisation
from tests.clients_http import ouvrir_session
from tests.factories import AidantFactory, AppartenanceFactory
from tests.fournisseur_identite.flux import Flux

pytestmark = pytest.mark.django_db
HEURE = timedelta(hours=1)


@pytest.fixture
def equipe() -> Client:
    client = Client()
    ouvrir_session(client, AidantFactory(supervision=True))
    return client


def lire(client: Client, cle: str) -> Any:
    return client.get(reverse("admin:index")).context.get(cle)


def vieillir(duree: timedelta = HEURE) -> None:
    """As if all that was given had been given before."""
    for connexion in Connexion.objects.all():
        connexion.cree_le -= duree
        connexion.code_expire_le -= duree
        connexion.save()


# --- Sites ---


def test_site_that_lets_a_code_expire_is_told(
    equipe: Client, flux: Flux, autorisation: Autorisation
) -> None:
    flux.echanger(flux.code(autorisation))
    flux.code(autorisation, nonce="n" * 32)
    vieillir()
    attendu = {"fs": flux.fs.pk, "fs__nom": flux.fs.nom, "codes": 2, "perdus": 1}
    assert lire(equipe, "sites_en_peine") == [attendu]
    texte = equipe.get(reverse("admin:index")).content.decode()
    assert "connexion sans suite, sur 2 depuis hier" in texte


@pytest.mark.parametrize("duree", [timedelta(0), timedelta(hours=25)])
def test_code_that_still_lives_or_is_old_is_not_told(
    equipe: Client, flux: Flux, autorisation: Autorisation, duree: timedelta
) -> None:
    flux.code(autorisation)
    vieillir(duree)
    assert lire(equipe, "sites_en_peine") == []


def test_code_of_a_connection_that_was_closed_is_not_told(
    equipe: Client, flux: Flux, autorisation: Autorisation
) -> None:
    flux.code(autorisation)
    Connexion.objects.update(fermee_le=timezone.now())
    vieillir()
    assert lire(equipe, "sites_en_peine") == []


# --- Tasks ---


def un_courrier(age: timedelta, **champs: Any) -> None:
    courrier = Courrier.objects.create(genre="invitation", adresse="a@example.org", **champs)
    Courrier.objects.filter(pk=courrier.pk).update(cree_le=timezone.now() - age)


def test_messages_that_are_late_are_counted_by_kind(
    equipe: Client, flux: Flux, autorisation: Autorisation
) -> None:
    un_courrier(HEURE)
    un_courrier(HEURE, essais=12)  # given up
    un_courrier(HEURE, envoye_le=timezone.now())
    un_courrier(timedelta(minutes=1))
    flux.code(autorisation)
    AvisDeFin.objects.create(connexion=Connexion.objects.get())
    AvisDeFin.objects.update(cree_le=timezone.now() - HEURE)
    assert {boite["boite"]: boite["nombre"] for boite in lire(equipe, "envois_en_retard")} == {
        "courriels aux comptes": 2,
        "fins de session à dire aux sites": 1,
    }


def test_nothing_late_is_said(equipe: Client) -> None:
    texte = equipe.get(reverse("admin:index")).content.decode()
    assert "Tous les messages sont partis" in texte
    assert "Aucun site n’a laissé une connexion sans suite" in texte


@pytest.mark.parametrize(("heures", "manquee"), [(3, False), (30, True)])
def test_night_without_a_purge_is_told(equipe: Client, heures: int, manquee: bool) -> None:
    debut = timezone.now() - timedelta(hours=heures)
    Purge.objects.create(commencee_le=debut, finie_le=debut)
    assert lire(equipe, "purge_manquee") is manquee


def test_manager_reads_none_of_it(client: Client) -> None:
    ouvrir_session(client, AppartenanceFactory(responsable=True).aidant)
    for cle in ("sites_en_peine", "envois_en_retard", "purge"):
        assert lire(client, cle) is None
