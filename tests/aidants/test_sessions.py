"""One's open sessions: listed, closed by oneself, and all closed when the account changes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from aidants import facteurs
from aidants.compte import sessions_ouvertes
from aidants.models import Aidant, MotifDesactivation, Session, Structure
from journal.models import PLATEFORME, Entree
from tests.clients_http import ouvrir_session
from tests.factories import AppareilTotpFactory, AppartenanceFactory, StructureFactory


@pytest.fixture
def autre(aidant: Aidant) -> Client:
    """Another browser of the same account."""
    client = Client()
    ouvrir_session(client, aidant)
    return client


def est_ouverte(client: Client) -> bool:
    return bool(client.get(reverse("espace")).status_code == 200)


def cle(client: Client) -> str:
    return str(client.session.session_key)


def test_sessions_of_the_account_alone_are_listed_ones_own_first(
    client_aidant: Client, autre: Client, aidant: Aidant
) -> None:
    ouvrir_session(Client(), AppartenanceFactory().aidant)
    listees = sessions_ouvertes(aidant, cle=cle(client_aidant))
    assert [session.ici for session in listees] == [True, False]


def test_session_of_more_than_twelve_hours_is_not_listed(
    client_aidant: Client, aidant: Aidant
) -> None:
    with time_machine.travel(timezone.now() + timedelta(hours=11, minutes=59), tick=False):
        assert len(sessions_ouvertes(aidant, cle=None)) == 1
    with time_machine.travel(timezone.now() + timedelta(hours=12, minutes=1), tick=False):
        assert sessions_ouvertes(aidant, cle=None) == []


def test_closing_the_others_keeps_this_one_and_is_journaled(
    client_aidant: Client, autre: Client
) -> None:
    client_aidant.post(reverse("fermer_autres_sessions"))
    assert (est_ouverte(client_aidant), est_ouverte(autre)) == (True, False)
    assert Entree.objects.get().action == "sessions_fermees"
    assert Entree.objects.get().details == {"nombre": 1}


def test_closing_nothing_writes_nothing(client_aidant: Client) -> None:
    page = client_aidant.post(reverse("fermer_autres_sessions"), follow=True).content.decode()
    assert "Aucune autre session" in page
    assert not Entree.objects.exists()


def test_closing_the_others_touches_no_other_account(client_aidant: Client) -> None:
    collegue = Client()
    ouvrir_session(collegue, AppartenanceFactory().aidant)
    client_aidant.post(reverse("fermer_autres_sessions"))
    assert est_ouverte(collegue)


def _desactiver(aidant: Aidant) -> None:
    aidant.desactiver(par=PLATEFORME, motif=MotifDesactivation.SOUPCON)


def _reinitialiser(aidant: Aidant) -> None:
    facteurs.reinitialiser(aidant, par=PLATEFORME, precision="téléphone perdu")


def _changer(aidant: Aidant) -> None:
    aidant.changer_mot_de_passe("une autre phrase secrète", moyen="oubli")


def _changer_adresse(aidant: Aidant) -> None:
    aidant.modifier(par=PLATEFORME, courriel="nouvelle@example.org")


def _donner_un_role(aidant: Aidant) -> None:
    aidant.appartenances.get().changer_roles(par=PLATEFORME, est_aidant=True, est_responsable=True)


def _quitter_une_structure(aidant: Aidant) -> None:
    AppartenanceFactory(aidant=aidant).finir(par=PLATEFORME)


@pytest.mark.parametrize(
    "acte",
    [
        _desactiver, _reinitialiser, _changer, _changer_adresse, _donner_un_role,
        _quitter_une_structure,
    ],
)  # fmt: skip
def test_sessions_end_at_a_change_of_role_factor_password_or_address(
    client_aidant: Client, autre: Client, aidant: Aidant, acte: Callable[[Aidant], None]
) -> None:
    assert est_ouverte(client_aidant)
    acte(aidant)
    for client in (client_aidant, autre):
        reponse = client.get(reverse("espace"))
        assert reponse["Location"].startswith(reverse("connexion"))
    assert not Session.objects.filter(aidant=aidant).exists()


def test_factor_removed_closes_the_other_sessions(
    client_aidant: Client, autre: Client, aidant: Aidant
) -> None:
    facteur = AppareilTotpFactory(user=aidant)
    client_aidant.post(reverse("facteur_retirer", args=["application", facteur.pk]))
    assert (est_ouverte(client_aidant), est_ouverte(autre)) == (True, False)


def test_deactivated_account_is_refused_even_with_its_row_left(
    client_aidant: Client, aidant: Aidant
) -> None:
    """A second wall: the account is read at each request."""
    Aidant.objects.filter(pk=aidant.pk).update(is_active=False, desactive_le=timezone.now())
    assert not est_ouverte(client_aidant)


@pytest.mark.parametrize("est_aidant", [True, False])
def test_role_changed_holds_even_in_a_session_that_is_kept(
    client_aidant: Client, aidant: Aidant, est_aidant: bool
) -> None:
    """Rights are read at each request: who changes their own role stays, with the new one."""
    aidant.appartenances.get().changer_roles(
        par=PLATEFORME,
        est_aidant=est_aidant,
        est_responsable=True,
        sauf_session=client_aidant.session.session_key,
    )
    assert client_aidant.get(reverse("usagers")).status_code == (200 if est_aidant else 403)
    assert client_aidant.get(reverse("admin:index")).status_code == 200


def _changer_de_structure(client: Client, structure: Structure) -> Any:
    return client.post(reverse("changer_structure"), {"structure": str(structure.pk)})


def test_switch_of_structure_is_journaled_in_the_new_one(
    client_aidant: Client, aidant: Aidant
) -> None:
    seconde = AppartenanceFactory(aidant=aidant).structure
    _changer_de_structure(client_aidant, seconde)
    entree = Entree.objects.get()
    assert (entree.action, entree.structure_ref) == ("changement_structure", str(seconde.pk))
    assert entree.sujet.auteur_ref == str(aidant.pk)
    assert client_aidant.get(reverse("espace")).context["structure"] == seconde


def test_structure_of_others_cannot_be_switched_to(client_aidant: Client) -> None:
    assert _changer_de_structure(client_aidant, StructureFactory()).status_code == 404
    assert not Entree.objects.exists()


def test_structure_left_is_no_longer_the_current_one(client_aidant: Client, aidant: Aidant) -> None:
    seconde = AppartenanceFactory(aidant=aidant)
    _changer_de_structure(client_aidant, seconde.structure)
    seconde.finir(par=PLATEFORME, sauf_session=client_aidant.session.session_key)
    assert client_aidant.get(reverse("espace")).context["structure"] != seconde.structure
