"""A TOTP card: lent, put into service by its first code, taken back, and lent again."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from aidants import facteurs
from aidants.connexion import doit_enroler
from aidants.models import (
    Aidant,
    AppareilTotp,
    CarteTotp,
    Courrier,
    MotifDesactivation,
    MotifDissociation,
)
from aidants.models.cartes import RECHERCHE, Etat
from journal.models import PLATEFORME, Entree
from tests.aidants.premiers_pas import PHRASE, inviter
from tests.clients_http import ouvrir_session
from tests.codes import code_de
from tests.factories import AidantFactory, CarteTotpFactory
from tests.mandats.gestes import ensemble

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def horloge() -> Iterator[time_machine.Traveller]:
    """Stand still, so that no code expires between its making and its check."""
    with time_machine.travel(timezone.now(), tick=False) as horloge:
        yield horloge


@pytest.fixture
def carte() -> CarteTotp:
    return CarteTotpFactory()


def associer(carte: CarteTotp, aidant: Aidant) -> bool:
    return carte.associer(aidant=aidant, par=PLATEFORME)


def mettre_en_service(carte: CarteTotp, aidant: Aidant) -> AppareilTotp:
    assert associer(carte, aidant)
    assert carte.valider(code_de(carte), par=PLATEFORME)
    return AppareilTotp.objects.get(carte=carte)


def dissocier(carte: CarteTotp, motif: MotifDissociation) -> bool:
    fait = carte.dissocier(par=PLATEFORME, motif=motif)
    carte.refresh_from_db()
    return fait


def actions() -> list[str]:
    return list(Entree.objects.order_by("id").values_list("action", flat=True))


# --- Lent -----------------------------------------------------------------------------------------


def test_card_that_waits_for_its_first_code_opens_nothing(
    carte: CarteTotp, sans_role: Aidant
) -> None:
    assert associer(carte, sans_role)
    assert facteurs.verifier(sans_role, code_de(carte)) is None
    assert not facteurs.en_a_un(sans_role)


def test_card_is_lent_once(carte: CarteTotp, sans_role: Aidant) -> None:
    assert associer(carte, sans_role)
    assert not associer(carte, AidantFactory())
    assert not associer(carte, sans_role)
    assert actions() == ["carte_associee"]


def test_person_has_one_card(carte: CarteTotp, sans_role: Aidant) -> None:
    associer(carte, sans_role)
    assert not associer(CarteTotpFactory(), sans_role)


def test_closed_account_gets_no_card(carte: CarteTotp) -> None:
    assert not associer(carte, AidantFactory(desactive=True))


@pytest.mark.django_db(transaction=True)
def test_one_card_lent_to_two_at_once_goes_to_one(carte: CarteTotp) -> None:
    personnes = AidantFactory.create_batch(4)
    issues = ensemble(*[lambda p=p: associer(carte, p) for p in personnes])
    assert sorted(issues) == [False, False, False, True]
    assert AppareilTotp.objects.filter(carte=carte).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_cards_lent_to_one_at_once_leave_one() -> None:
    personne, cartes = AidantFactory(), CarteTotpFactory.create_batch(4)
    issues = ensemble(*[lambda c=c: associer(c, personne) for c in cartes])
    assert sorted(issues) == [False, False, False, True]
    assert personne.cartes.count() == 1


# --- Put into service -----------------------------------------------------------------------------


@pytest.mark.parametrize("pas", [30, 60])
@pytest.mark.parametrize("decalage", [-RECHERCHE, -7, 0, 1, RECHERCHE])
def test_drift_is_searched_once_then_pinned(
    sans_role: Aidant, horloge: time_machine.Traveller, pas: int, decalage: int
) -> None:
    carte = CarteTotpFactory(pas=pas)
    associer(carte, sans_role)
    assert carte.valider(code_de(carte, pas=decalage), par=PLATEFORME)
    appareil = AppareilTotp.objects.get(carte=carte)
    assert (appareil.decalage, appareil.confirmed) == (decalage, True)
    horloge.shift(3 * pas)
    assert facteurs.verifier(sans_role, code_de(carte, pas=decalage + 2)) is None
    horloge.shift(60)  # the error makes the next try wait
    assert facteurs.verifier(sans_role, code_de(carte, pas=decalage)) == appareil
    assert Entree.objects.get(action="carte_validee").details == {
        "serie": carte.serie,
        "decalage": decalage,
    }


@pytest.mark.parametrize("decalage", [-RECHERCHE - 1, RECHERCHE + 1])
def test_clock_too_far_is_refused(carte: CarteTotp, sans_role: Aidant, decalage: int) -> None:
    associer(carte, sans_role)
    assert not carte.valider(code_de(carte, pas=decalage), par=PLATEFORME)


def test_code_of_the_validation_does_not_open_a_session(
    carte: CarteTotp, sans_role: Aidant
) -> None:
    mettre_en_service(carte, sans_role)
    assert facteurs.verifier(sans_role, code_de(carte)) is None
    assert facteurs.verifier(sans_role, code_de(carte, pas=-1)) is None


def test_wrong_code_counts_and_makes_wait(
    carte: CarteTotp, sans_role: Aidant, horloge: time_machine.Traveller
) -> None:
    associer(carte, sans_role)
    for _ in range(3):
        assert not carte.valider("000000", par=PLATEFORME)
        assert not carte.valider(code_de(carte), par=PLATEFORME)
        horloge.shift(600)
    assert AppareilTotp.objects.get(carte=carte).throttling_failure_count == 3
    assert carte.valider(code_de(carte), par=PLATEFORME)


@pytest.mark.parametrize("code", ["", "abcdef", "１２３４５６", "²²²²²²", "-00001"])
def test_what_is_no_code_is_refused(carte: CarteTotp, sans_role: Aidant, code: str) -> None:
    associer(carte, sans_role)
    assert not carte.valider(code, par=PLATEFORME)


def test_card_is_validated_once(carte: CarteTotp, sans_role: Aidant) -> None:
    mettre_en_service(carte, sans_role)
    assert not carte.valider(code_de(carte, pas=1), par=PLATEFORME)
    assert actions() == ["carte_associee", "carte_validee"]


def test_card_in_stock_has_no_validation(carte: CarteTotp) -> None:
    assert not carte.valider(code_de(carte), par=PLATEFORME)


def test_card_ends_the_time_when_a_password_alone_adds_a_factor(carte: CarteTotp) -> None:
    personne = AidantFactory(naissant=True)
    mettre_en_service(carte, personne)
    personne.refresh_from_db()
    assert not personne.peut_enroler


def test_person_is_told(carte: CarteTotp, sans_role: Aidant) -> None:
    mettre_en_service(carte, sans_role)
    dissocier(carte, MotifDissociation.CASSE)
    lettres = Courrier.objects.order_by("cree_le").values_list("genre", "adresse", "details")
    assert {str(lettre) for lettre in lettres} == {
        str((genre, sans_role.courriel, {"moyen": "carte"}))
        for genre in ("facteur_ajoute", "facteur_retire")
    }


# --- Taken back -----------------------------------------------------------------------------------


@pytest.mark.parametrize("motif", MotifDissociation)
def test_card_taken_back_opens_nothing(
    carte: CarteTotp, sans_role: Aidant, motif: MotifDissociation, client: Client
) -> None:
    mettre_en_service(carte, sans_role)
    ouvrir_session(client, sans_role)
    assert sans_role.sessions.count() == 1
    assert dissocier(carte, motif)
    assert sans_role.sessions.count() == 0
    assert facteurs.verifier(sans_role, code_de(carte, pas=1)) is None
    assert not AppareilTotp.objects.filter(carte=carte).exists()
    assert Entree.objects.latest("id").details == {"serie": carte.serie, "motif": motif.value}


@pytest.mark.parametrize(
    ("motif", "etat"),
    [
        (MotifDissociation.PERTE, Etat.HORS_SERVICE),
        (MotifDissociation.CASSE, Etat.HORS_SERVICE),
        (MotifDissociation.DYSFONCTIONNEMENT, Etat.HORS_SERVICE),
        (MotifDissociation.AUTRE, Etat.HORS_SERVICE),
        (MotifDissociation.DEPART, Etat.EN_STOCK),
        (MotifDissociation.ERREUR, Etat.EN_STOCK),
    ],
)
def test_only_a_card_at_hand_is_lent_again(
    carte: CarteTotp, sans_role: Aidant, motif: MotifDissociation, etat: Etat
) -> None:
    mettre_en_service(carte, sans_role)
    dissocier(carte, motif)
    assert (carte.etat, carte.aidant) == (etat, None)
    assert associer(carte, AidantFactory()) is (etat == Etat.EN_STOCK)


def test_card_lent_again_starts_afresh(
    carte: CarteTotp, sans_role: Aidant, horloge: time_machine.Traveller
) -> None:
    associer(carte, sans_role)
    carte.valider(code_de(carte, pas=5), par=PLATEFORME)
    dissocier(carte, MotifDissociation.DEPART)
    suivant = AidantFactory()
    appareil = mettre_en_service(carte, suivant)
    assert (appareil.user, appareil.decalage, appareil.throttling_failure_count) == (suivant, 0, 0)
    horloge.shift(timedelta(minutes=1))
    assert facteurs.verifier(sans_role, code_de(carte)) is None
    assert facteurs.verifier(suivant, code_de(carte)) == appareil


def test_card_is_taken_back_once(carte: CarteTotp, sans_role: Aidant) -> None:
    associer(carte, sans_role)
    assert dissocier(carte, MotifDissociation.ERREUR)
    assert not dissocier(carte, MotifDissociation.ERREUR)
    assert actions() == ["carte_associee", "carte_dissociee"]


def test_lost_factors_take_the_card_away(carte: CarteTotp, sans_role: Aidant) -> None:
    mettre_en_service(carte, sans_role)
    facteurs.reinitialiser(sans_role, par=PLATEFORME, precision="tout perdu")
    carte.refresh_from_db()
    assert (carte.etat, carte.aidant) == (Etat.HORS_SERVICE, None)


def test_card_taken_back_leaves_no_password_alone(carte: CarteTotp) -> None:
    """An account opened again by an invitation keeps its card; without it, a mail must prove."""
    aidant = AidantFactory(courriel="lea@example.org")
    mettre_en_service(carte, aidant)
    aidant.desactiver(par=PLATEFORME, motif=MotifDesactivation.DEPART)
    assert inviter().creer_compte(PHRASE) is not None
    assert dissocier(carte, MotifDissociation.PERTE)
    aidant.refresh_from_db()
    assert not doit_enroler(aidant)
