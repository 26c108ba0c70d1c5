"""Identifying an usager at FranceConnect: the round trip, and the ways back that are refused."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from aidants.models import Aidant
from demo.franceconnect.identites import TEST_IDENTITES
from demo.franceconnect.identites import Identite as Personne
from journal.models import Entree
from mandats.models import Projet
from tests.clients_http import ouvrir_session
from tests.factories import AppartenanceFactory, ProjetFactory
from tests.usagers.retours import avec, personne_n_est_identifie, requete_de, verifier_refus
from tests.usagers.simulateur import USUELLE, Simulateur, choisir, s_identifier, sortir, suivre
from usagers.models import Usager

# --- It goes well ---


@pytest.mark.usefixtures("franceconnect")
@pytest.mark.parametrize("personne", TEST_IDENTITES, ids=lambda personne: personne.slug)
def test_each_identity_comes_back_whole(
    client_aidant: Client, projet: Projet, depart: str, personne: Personne
) -> None:
    suite = s_identifier(client_aidant, depart, personne.slug)
    assert suite["Location"] == reverse("projet_signature", args=[projet.pk])
    usager = Projet.objects.select_related("usager").get(pk=projet.pk).usager
    assert usager
    assert (usager.prenoms, usager.nom) == (personne.given_name, personne.family_name)
    assert (usager.sexe, usager.date_naissance) == (personne.gender, personne.birthdate)
    assert (usager.lieu_naissance, usager.pays_naissance) == (
        personne.birthplace,
        personne.birthcountry,
    )
    assert (usager.nom_usage, usager.courriel) == (personne.preferred_username, personne.email)


@pytest.mark.usefixtures("franceconnect")
def test_identification_is_journaled(client_aidant: Client, depart: str, aidant: Aidant) -> None:
    s_identifier(client_aidant, depart, "usuelle")
    entree = Entree.objects.select_related("sujet").get()
    assert (entree.action, entree.details) == ("identification", {"but": "mandat"})
    assert entree.sujet.auteur_ref == str(aidant.pk)
    assert entree.sujet.usager_ref == str(Usager.objects.get().pk)


@pytest.mark.usefixtures("franceconnect")
def test_same_person_twice_is_one_usager(
    client_aidant: Client, projet: Projet, depart: str
) -> None:
    s_identifier(client_aidant, depart, "usuelle")
    second = ProjetFactory(aidant=projet.aidant, structure=projet.structure)
    s_identifier(client_aidant, reverse("projet_identification", args=[second.pk]), "usuelle")
    assert Usager.objects.count() == 1


def test_request_is_what_franceconnect_asks(partir: Callable[[], str]) -> None:
    demande = requete_de(partir())
    assert (demande["acr_values"], demande["prompt"]) == ("eidas1", "login")
    assert (demande["response_type"], demande["code_challenge_method"]) == ("code", "S256")
    assert min(len(demande["state"]), len(demande["nonce"])) >= 43
    assert "idp_birthdate" in demande["scope"].split()


def test_state_and_nonce_are_new_each_time(partir: Callable[[], str]) -> None:
    premiere, seconde = requete_de(partir()), requete_de(partir())
    for nom in ("state", "nonce", "code_challenge"):
        assert premiere[nom] != seconde[nom]


def test_two_tabs_can_go_at_once(client_aidant: Client, partir: Callable[[], str]) -> None:
    premier, second = partir(), partir()
    for adresse in (premier, second):
        assert suivre(client_aidant, choisir(adresse, USUELLE)).status_code == 302


def test_franceconnect_session_is_closed_at_once(
    client_aidant: Client, partir: Callable[[], str], franceconnect: Simulateur
) -> None:
    retour = suivre(client_aidant, choisir(partir(), USUELLE))
    sortie = requete_de(retour["Location"])
    assert retour["Location"].startswith(f"{franceconnect.issuer}/session/end?")
    assert sortie["post_logout_redirect_uri"] == "http://testserver/franceconnect/sortie/"
    assert len(sortie["state"]) >= 43


def test_return_from_logout_is_read_once(client_aidant: Client, partir: Callable[[], str]) -> None:
    retour = suivre(client_aidant, choisir(partir(), USUELLE))
    suite = sortir(client_aidant, retour["Location"])["Location"]
    assert suite != reverse("accueil")
    assert sortir(client_aidant, retour["Location"])["Location"] == reverse("accueil")


# --- The way back is not the one that was started ---


def test_tampered_state_is_refused(
    client_aidant: Client, projet: Projet, partir: Callable[[], str]
) -> None:
    retour = choisir(partir(), USUELLE)
    verifier_refus(suivre(client_aidant, avec(retour, state="x" * 43)), "inconnu")
    assert personne_n_est_identifie(projet)


def test_missing_state_is_refused(client_aidant: Client, partir: Callable[[], str]) -> None:
    verifier_refus(suivre(client_aidant, avec(choisir(partir(), USUELLE), state=None)), "inconnu")


def test_callback_works_once(client_aidant: Client, partir: Callable[[], str]) -> None:
    retour = choisir(partir(), USUELLE)
    suivre(client_aidant, retour)
    verifier_refus(suivre(client_aidant, retour), "inconnu")
    assert Entree.objects.count() == 1


def test_state_of_another_session_is_refused(
    projet: Projet, partir: Callable[[], str], client_aidant: Client
) -> None:
    retour = choisir(partir(), USUELLE)
    autre = Client()
    ouvrir_session(autre, AppartenanceFactory().aidant)
    verifier_refus(suivre(autre, retour), "inconnu")
    assert personne_n_est_identifie(projet)


def test_session_that_changed_account_is_refused(
    projet: Projet, partir: Callable[[], str], client_aidant: Client
) -> None:
    """The round trip belongs to the draft's own aidant, even in the same browser."""
    retour = choisir(partir(), USUELLE)
    allers = client_aidant.session["fc_allers"]
    ouvrir_session(client_aidant, AppartenanceFactory().aidant)
    session = client_aidant.session
    session["fc_allers"] = allers
    session.save()
    verifier_refus(suivre(client_aidant, retour), "inconnu")
    assert personne_n_est_identifie(projet)


def test_round_trip_of_more_than_half_an_hour_is_refused(
    client_aidant: Client, projet: Projet, partir: Callable[[], str]
) -> None:
    with time_machine.travel(timezone.now() - timedelta(minutes=31)):
        adresse = partir()
    Projet.objects.update(expire_le=timezone.now() + timedelta(minutes=5))
    verifier_refus(suivre(client_aidant, choisir(adresse, USUELLE)), "inconnu")
    assert personne_n_est_identifie(projet)


def test_draft_expired_on_the_way_is_refused(
    client_aidant: Client, projet: Projet, partir: Callable[[], str]
) -> None:
    retour = choisir(partir(), USUELLE)
    Projet.objects.update(expire_le=timezone.now())
    verifier_refus(suivre(client_aidant, retour), "inconnu")
    assert personne_n_est_identifie(projet)


@pytest.mark.parametrize("iss", ["https://evil.example/api/v2", "", None])
def test_answer_of_another_issuer_is_refused(
    client_aidant: Client, projet: Projet, partir: Callable[[], str], iss: str | None
) -> None:
    retour = choisir(partir(), USUELLE)
    verifier_refus(suivre(client_aidant, avec(retour, iss=iss)), "invalide")
    assert personne_n_est_identifie(projet)


def test_foreign_code_is_refused(
    client_aidant: Client, projet: Projet, partir: Callable[[], str]
) -> None:
    """A code obtained in another round trip does not fit this one's PKCE verifier."""
    autre, retour = choisir(partir(), USUELLE), choisir(partir(), USUELLE)
    melange = avec(retour, code=requete_de(autre)["code"])
    verifier_refus(suivre(client_aidant, melange), "invalide")
    assert personne_n_est_identifie(projet)


def test_id_token_of_another_nonce_is_refused(
    client_aidant: Client, projet: Projet, partir: Callable[[], str]
) -> None:
    retour = choisir(partir(), USUELLE)
    session = client_aidant.session
    session["fc_allers"][requete_de(retour)["state"]]["nonce"] = "n" * 43
    session.save()
    verifier_refus(suivre(client_aidant, retour), "invalide")
    assert personne_n_est_identifie(projet)
