"""« Ce n’était pas moi »: one link, 30 days, no login; it tells, and undoes nothing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from journal.models import Entree
from mandats import courriels, taches
from mandats.models import Avis, Mandat
from mandats.models.avis import CONTESTABLES, Destinataire, Genre
from tests.factories import MandatFactory
from tests.mandats.gestes import actions

Commit = Callable[..., Any]


@pytest.fixture
def avis(mandat: Mandat) -> Avis:
    mandat.revoquer(par=mandat.usager.auteur, demarches=["logement"])
    return Avis.objects.create(
        mandat=mandat, genre=Genre.REVOCATION, destinataire="usager", demarches=["logement"]
    )


def lien(avis: Avis) -> str:
    return reverse("pas_moi", args=[avis.pk, avis.jeton])


def test_notice_holds_its_link(avis: Avis) -> None:
    assert f"http://testserver{lien(avis)}" in courriels.composer(avis).body
    assert "http" in courriels.texte_sms(avis)


def test_every_act_told_to_the_usager_can_be_denied(mandat: Mandat) -> None:
    for genre in CONTESTABLES:
        avis = Avis.objects.create(mandat=mandat, genre=genre, destinataire="usager")
        assert "/pas-moi/" in courriels.composer(avis).body
        assert "/pas-moi/" in courriels.texte_sms(avis)


def test_notice_to_others_holds_none(mandat: Mandat) -> None:
    avis = Avis.objects.create(mandat=mandat, genre="revocation", destinataire="structure")
    assert "/pas-moi/" not in courriels.composer(avis).body
    assert Client().get(lien(avis)).status_code == 404


def test_opening_the_link_changes_nothing(client: Client, avis: Avis) -> None:
    avant = actions()
    assert client.get(lien(avis)).status_code == 200
    assert actions() == avant


def test_saying_it_tells_the_structure_and_the_journal_once(
    client: Client, avis: Avis, django_capture_on_commit_callbacks: Commit
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            client.post(lien(avis))
    entree = Entree.objects.select_related("sujet").get(action="signalement")
    assert entree.details == {"genre": "revocation"}
    assert entree.sujet.mandat_ref == str(avis.mandat_id)
    (courriel,) = mail.outbox
    assert courriel.to == [avis.mandat.structure.courriel]
    assert "demarches=logement" in courriel.body
    assert avis.mandat.usager.nom not in courriel.body


def test_saying_it_undoes_nothing(client: Client, avis: Avis) -> None:
    client.post(lien(avis))
    assert avis.mandat.autorisations.get(demarche="logement").revoquee_le


def test_link_dies_after_thirty_days(client: Client, avis: Avis) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=30, minutes=1)):
        assert client.get(lien(avis)).status_code == 410
        client.post(lien(avis))
    assert "signalement" not in actions()


def test_link_of_another_notice_is_not_found(client: Client, avis: Avis) -> None:
    autre = Avis.objects.create(mandat=avis.mandat, genre="signature", destinataire="usager")
    assert client.get(reverse("pas_moi", args=[avis.pk, autre.jeton])).status_code == 404


# --- The other notices ---


def test_end_that_came_is_told_once(django_capture_on_commit_callbacks: Commit, db: None) -> None:
    fini = MandatFactory(signe_le=timezone.now() - timedelta(days=183))
    MandatFactory(signe_le=timezone.now() - timedelta(days=183), revoque=True)
    MandatFactory(expire=True)  # too long ago
    with django_capture_on_commit_callbacks(execute=True):
        assert taches.dire_les_fins() == 1
        assert taches.dire_les_fins() == 0
    (courriel,) = mail.outbox
    assert courriel.to == [fini.usager.courriel]


@pytest.mark.parametrize("voulus", [True, False])
def test_use_is_told_to_who_asked(mandat: Mandat, voulus: bool) -> None:
    mandat.usager.avis_utilisations = voulus
    taches.prevenir_d_une_utilisation(
        mandat, demarche="logement", site="La CAF", aidant="Camille DURAND"
    )
    assert mandat.avis.filter(genre="utilisation").exists() is voulus
    for avis in mandat.avis.all():
        texte = courriels.composer(avis).body
        assert "La CAF" in texte
        assert "DURAND" not in texte


def test_telephone_takes_over_where_there_is_no_mail(
    mandat: Mandat, settings: Any, tmp_path: Any, django_capture_on_commit_callbacks: Commit
) -> None:
    settings.SMS_ADRESSE = tmp_path.as_uri()
    mandat.usager.courriel = ""
    mandat.usager.poser_telephone("+33612345678")
    mandat.usager.save()
    with django_capture_on_commit_callbacks(execute=True):
        taches.prevenir(mandat, Genre.REVOCATION, Destinataire.USAGER, demarches=["social"])
    assert len(list(tmp_path.glob("*.json"))) == 1
    assert Entree.objects.get().action == "avis_sms_envoye"
