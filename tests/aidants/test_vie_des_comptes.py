"""How an account ends and comes back: an absence, a decision, and what dies with it at once."""

import tracemalloc
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.db.utils import DatabaseError
from django.test import Client

from aidants import taches
from aidants.models import Aidant, Appartenance, Courrier, MotifDesactivation, Recuperation
from aidants.models.aidants import AVERTISSEMENT, INACTIVITE
from journal.models import PLATEFORME, Entree
from tests.clients_http import ouvrir_session
from tests.factories import AidantFactory, AppartenanceFactory
from tests.mandats.gestes import ensemble

VU = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
SECONDE = timedelta(seconds=1)
ALERTE = VU + AVERTISSEMENT + SECONDE
FERMETURE = ALERTE + INACTIVITE + SECONDE


@pytest.fixture
def absent(db: None) -> Aidant:
    aidant = AppartenanceFactory().aidant
    Aidant.objects.update(cree_le=VU - timedelta(days=400), last_login=VU)
    return aidant


def passer(instant: datetime) -> tuple[int, int]:
    """The night's two tasks at this instant: how many were told, how many closed."""
    with time_machine.travel(instant, tick=False):
        return taches.avertir_les_absents(), taches.desactiver_les_absents()


def genres() -> list[str]:
    return list(Courrier.objects.order_by("cree_le").values_list("genre", flat=True))


# --- Five months, then one ------------------------------------------------------------------------


def test_told_after_five_months_to_the_second_and_once(absent: Aidant) -> None:
    assert passer(VU + AVERTISSEMENT) == (0, 0)
    assert passer(ALERTE) == (1, 0)
    assert passer(ALERTE + timedelta(days=1)) == (0, 0)
    assert genres() == ["inactivite"]
    assert Entree.objects.get().action == "inactivite_prevenue"


def test_closed_one_month_after_the_warning_to_the_second_and_once(absent: Aidant) -> None:
    passer(ALERTE)
    assert passer(ALERTE + INACTIVITE) == (0, 0)
    assert passer(FERMETURE) == (0, 1)
    assert passer(FERMETURE + timedelta(days=1)) == (0, 0)
    absent.refresh_from_db()
    assert (absent.is_active, absent.desactive_motif) == (False, "inactivite")
    assert genres() == ["inactivite", "desactivation"]


def test_never_closed_without_a_warning_a_month_before(absent: Aidant) -> None:
    """The tasks did not run for a year: a month is still given."""
    tard = VU + timedelta(days=400)
    assert passer(tard) == (1, 0)
    assert passer(tard + INACTIVITE + SECONDE) == (0, 1)


def test_login_in_between_cancels_and_starts_again(absent: Aidant) -> None:
    passer(ALERTE)
    retour = ALERTE + timedelta(days=29)
    Aidant.objects.update(last_login=retour)
    assert passer(FERMETURE) == (0, 0)
    assert passer(retour + AVERTISSEMENT + SECONDE) == (1, 0)
    assert passer(retour + AVERTISSEMENT + INACTIVITE + 3 * SECONDE) == (0, 1)


def test_account_that_never_logged_in_counts_from_its_birth(absent: Aidant) -> None:
    Aidant.objects.update(cree_le=VU, last_login=None)
    assert passer(VU + AVERTISSEMENT) == (0, 0)
    assert passer(ALERTE) == (1, 0)


def test_reactivation_starts_the_clock_again(absent: Aidant) -> None:
    passer(ALERTE)
    passer(FERMETURE)
    with time_machine.travel(FERMETURE + SECONDE, tick=False):
        assert absent.reactiver(par=PLATEFORME, precision="De retour")
    assert passer(FERMETURE + timedelta(days=100)) == (0, 0)
    assert passer(FERMETURE + AVERTISSEMENT + 2 * SECONDE) == (1, 0)


def test_closed_account_is_left_alone(absent: Aidant) -> None:
    absent.desactiver(par=PLATEFORME, motif=MotifDesactivation.DEPART)
    assert passer(FERMETURE) == (0, 0)


def test_rule_is_read_again_under_the_lock(absent: Aidant) -> None:
    """The person logs in between the list and the act."""
    passer(ALERTE)
    cles = list(taches._cles(Aidant.objects.a_desactiver(FERMETURE)))
    Aidant.objects.update(last_login=FERMETURE)
    assert [taches._desactiver(pk, FERMETURE) for pk in cles] == [False]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_a_time_tell_and_close_once(absent: Aidant) -> None:
    with time_machine.travel(ALERTE, tick=False):
        assert sum(ensemble(*[taches.avertir_les_absents] * 4)) == 1
    with time_machine.travel(FERMETURE, tick=False):
        assert sum(ensemble(*[taches.desactiver_les_absents] * 4)) == 1
    assert Entree.objects.count() == Courrier.objects.count() == 2


def test_ten_thousand_accounts_are_not_held_in_memory(absent: Aidant) -> None:
    Aidant.objects.bulk_create(
        Aidant(courriel=f"a{n}@example.org", prenom="A", nom="B", last_login=VU, password="!" * 90)
        for n in range(10_000)
    )
    Aidant.objects.update(cree_le=VU)
    tracemalloc.start()
    nombre = sum(1 for _ in taches._cles(Aidant.objects.a_avertir(ALERTE)))
    pic = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert nombre == 10_001
    assert pic < 2_000_000  # bytes; the accounts themselves weigh ten times more


# --- Leaving a structure --------------------------------------------------------------------------


def test_last_structure_left_closes_the_account_with_one_mail(absent: Aidant) -> None:
    seconde = AppartenanceFactory(aidant=absent)
    premiere = absent.appartenances.exclude(pk=seconde.pk).get()
    assert premiere.finir(par=PLATEFORME, precision="Muté")
    absent.refresh_from_db()
    assert absent.is_active
    assert seconde.finir(par=PLATEFORME, precision="Retraite")
    assert not seconde.finir(par=PLATEFORME)
    absent.refresh_from_db()
    assert (absent.is_active, absent.desactive_motif) == (False, "dernier_depart")
    assert genres() == ["role_retire", "desactivation"]
    actions = list(Entree.objects.order_by("id").values_list("action", flat=True))
    assert actions == ["role_retire", "role_retire", "desactivation"]


def test_supervision_outlives_its_last_structure(absent: Aidant) -> None:
    Aidant.objects.update(supervision=True)
    absent.appartenances.get().finir(par=PLATEFORME)
    absent.refresh_from_db()
    assert absent.is_active


@pytest.mark.django_db(transaction=True)
def test_two_last_departures_at_a_time_close_the_account(absent: Aidant) -> None:
    AppartenanceFactory(aidant=absent)
    ensemble(*[lambda a=a: a.finir(par=PLATEFORME) for a in absent.appartenances.all()])
    absent.refresh_from_db()
    assert absent.desactive_motif == "dernier_depart"
    assert Entree.objects.filter(action="desactivation").count() == 1


# --- Closing and opening --------------------------------------------------------------------------


def test_closing_ends_every_session_and_a_second_time_does_nothing(absent: Aidant) -> None:
    clients = [Client(), Client()]
    for client in clients:
        ouvrir_session(client, absent)
    assert absent.desactiver(par=PLATEFORME, motif=MotifDesactivation.DEPART)
    assert not absent.desactiver(par=PLATEFORME, motif=MotifDesactivation.DEPART)
    for client in clients:
        assert client.get("/espace/")["Location"].startswith("/connexion/")
    assert genres() == ["desactivation"]


def test_reopening_keeps_the_roles_and_the_factors_but_no_session(absent: Aidant) -> None:
    client = Client()
    ouvrir_session(client, absent)
    absent.desactiver(par=PLATEFORME, motif=MotifDesactivation.DEMANDE)
    assert absent.reactiver(par=PLATEFORME)
    assert not absent.reactiver(par=PLATEFORME)
    assert client.get("/espace/")["Location"].startswith("/connexion/")
    ouvrir_session(client, absent)
    assert client.get("/espace/").status_code == 200


# --- Nothing is deleted ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "requete", ["DELETE FROM aidants_aidant", "DELETE FROM aidants_appartenance"]
)
@pytest.mark.parametrize("role", ["application", "proprietaire"])
def test_account_or_role_is_never_deleted(absent: Aidant, requete: str, role: str) -> None:
    with connection.cursor() as curseur:
        if role == "proprietaire":
            curseur.execute("RESET ROLE")
        with pytest.raises(DatabaseError, match="never deleted"):
            curseur.execute(requete)


def test_role_is_not_deleted_through_its_model(absent: Aidant) -> None:
    with pytest.raises(DatabaseError, match="never deleted"):
        Appartenance.objects.all().delete()


def test_account_without_a_role_is_not_deleted_through_its_model(db: None) -> None:
    with pytest.raises(DatabaseError, match="never deleted"):
        AidantFactory().delete()


def test_mailbox_of_before_opens_nothing(sans_role: Aidant) -> None:
    """The e-mail is corrected, perhaps because the mailbox was stolen."""
    oubli = Recuperation.objects.demander(aidant=sans_role, navigateur="ici")
    perdu = Recuperation.objects.rouvrir_enrolement(sans_role)
    assert Recuperation.objects.rouvrir_enrolement(sans_role).permettre_enrolement()
    sans_role.modifier(par=PLATEFORME, courriel="neuve@example.org")
    sans_role.refresh_from_db()
    assert not sans_role.peut_enroler
    assert not perdu.permettre_enrolement()
    assert not oubli.choisir_mot_de_passe("quatre mots sans lien")
