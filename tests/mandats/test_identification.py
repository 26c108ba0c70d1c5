"""The usager identified for a draft: once, for this draft, by the account that opened it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from aidants import connexion
from aidants.models import Structure
from mandats.models import Projet
from tests.clients_http import ouvrir_session
from tests.factories import AppartenanceFactory, ProjetFactory, UsagerFactory
from tests.mandats import gestes
from tests.mandats.gestes import actions
from tests.usagers.retours import verifier_refus
from tests.usagers.simulateur import USUELLE, Simulateur, choisir, suivre
from usagers.models import Usager


@pytest.fixture
def vide(aidant: Any, structure: Structure) -> Projet:
    """A draft for which nobody has identified yet."""
    return ProjetFactory(aidant=aidant, structure=structure)


@pytest.fixture
def depart(vide: Projet, franceconnect: Simulateur) -> str:
    return reverse("projet_identification", args=[vide.pk])


@pytest.fixture
def partir(client_aidant: Client, depart: str) -> Callable[[], str]:
    """Press the FranceConnect button; return the address at FranceConnect."""
    return lambda: str(client_aidant.post(depart)["Location"])


@pytest.fixture
def retour(partir: Callable[[], str]) -> str:
    """Where FranceConnect sends the browser back, with a good identity."""
    return choisir(partir(), USUELLE)


def test_identity_is_attached_with_its_time(
    client_aidant: Client, vide: Projet, retour: str
) -> None:
    suivre(client_aidant, retour)
    vide.refresh_from_db()
    assert vide.usager == Usager.objects.get()
    assert vide.identifie_le
    assert timezone.now() - vide.identifie_le < timedelta(minutes=1)


def test_same_person_from_two_tabs_is_journaled_once(
    client_aidant: Client, partir: Callable[[], str]
) -> None:
    for adresse in (partir(), partir()):
        assert suivre(client_aidant, choisir(adresse, USUELLE)).status_code == 302
    assert actions() == ["identification"]


def test_another_person_does_not_take_the_draft_over(
    client_aidant: Client, vide: Projet, partir: Callable[[], str]
) -> None:
    """What is read on the recap is what is signed."""
    premier, second = partir(), partir()
    suivre(client_aidant, choisir(premier, USUELLE))
    reponse = suivre(client_aidant, choisir(second, {"identite": "outremer"}))
    verifier_refus(reponse, "autre_personne")
    vide.refresh_from_db()
    assert vide.usager == Usager.objects.get()
    assert vide.usager.nom == "L'HÉRITIER"


def test_session_at_rest_identifies_nobody(
    client_aidant: Client, vide: Projet, retour: str
) -> None:
    session = client_aidant.session
    session[connexion.VU_LE] -= timedelta(minutes=31).total_seconds()
    session.save()
    verifier_refus(suivre(client_aidant, retour), "session")
    vide.refresh_from_db()
    assert vide.usager is None


def test_session_that_was_closed_identifies_nobody(
    client_aidant: Client, vide: Projet, retour: str
) -> None:
    client_aidant.post(reverse("deconnexion"))
    verifier_refus(suivre(client_aidant, retour), "inconnu")
    vide.refresh_from_db()
    assert vide.usager is None


@pytest.mark.parametrize("connecte", [False, True], ids=["personne", "un autre aidant"])
def test_return_opened_elsewhere_identifies_nobody_and_says_why(
    vide: Projet, retour: str, connecte: bool
) -> None:
    """A link sent to a person far away: presence is what the aidant's own session stands for."""
    ailleurs = Client()
    if connecte:
        ouvrir_session(ailleurs, AppartenanceFactory(structure=vide.structure).aidant)
    reponse = suivre(ailleurs, retour)
    verifier_refus(reponse, "inconnu")
    texte = " ".join(reponse.content.decode().split())
    assert "sur l’écran de l’aidant" in texte
    assert "ne se fait pas à distance" in texte
    vide.refresh_from_db()
    assert vide.usager is None
    assert not Usager.objects.exists()


def test_return_opened_elsewhere_first_leaves_the_aidant_s_own_to_be_made_again(
    client_aidant: Client, vide: Projet, partir: Callable[[], str]
) -> None:
    suivre(Client(), choisir(partir(), USUELLE))
    suivre(client_aidant, choisir(partir(), USUELLE))
    vide.refresh_from_db()
    assert vide.usager == Usager.objects.get()


def test_aidant_who_left_meanwhile_identifies_nobody(
    client_aidant: Client, vide: Projet, retour: str
) -> None:
    vide.aidant.appartenances.update(fin=timezone.now())
    AppartenanceFactory(aidant=vide.aidant)
    verifier_refus(suivre(client_aidant, retour), "inconnu")
    assert not Usager.objects.exists()


def test_draft_signed_meanwhile_is_not_changed(
    client_aidant: Client, vide: Projet, retour: str
) -> None:
    """Two tabs: one comes back from FranceConnect when the other has signed."""
    vide.identifier(UsagerFactory())
    mandat = gestes.signer(vide)
    verifier_refus(suivre(client_aidant, retour), "inconnu")
    assert Projet.objects.get().usager == mandat.usager
