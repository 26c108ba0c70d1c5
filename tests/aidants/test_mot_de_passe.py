"""Passwords: changed by who knows the old one, or chosen again by a link, in the same browser."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from aidants import essais
from aidants.models import Aidant, AppareilTotp, Courrier, Echec, MotifDesactivation, Recuperation
from journal.models import PLATEFORME, Entree
from tests.aidants.test_connexion import donner_mot_de_passe, est_connecte, se_connecter
from tests.clients_http import ouvrir_session
from tests.factories import MOT_DE_PASSE

NOUVEAU = "quatre mots sans lien"
PAGE, OUBLI = reverse("mot_de_passe"), reverse("mot_de_passe_oublie")
Captures = Callable[..., Any]


def changer(client: Client, **champs: str) -> Any:
    donnees = {"ancien": MOT_DE_PASSE, "mot_de_passe": NOUVEAU, "confirmation": NOUVEAU}
    return client.post(PAGE, donnees | champs)


def demander(client: Client, courriel: str) -> Any:
    return client.post(OUBLI, {"courriel": courriel}, follow=True)


def lien(client: Client, aidant: Aidant) -> str:
    """Ask for a link in this browser; the address that the mail holds."""
    demander(client, aidant.courriel)
    demande = Recuperation.objects.filter(aidant=aidant).latest("cree_le")
    return reverse("lien_mot_de_passe", args=[demande.pk, demande.jeton])


def choisir(client: Client, adresse: str, **champs: str) -> Any:
    return client.post(adresse, {"mot_de_passe": NOUVEAU, "confirmation": NOUVEAU} | champs)


def entre_avec(aidant: Aidant, mot_de_passe: str) -> bool:
    return bool(donner_mot_de_passe(Client(), aidant.courriel, mot_de_passe).status_code == 302)


# --- From the account ---


def test_page_tells_the_new_password_from_the_old_one(client_aidant: Client) -> None:
    texte = client_aidant.get(PAGE).content.decode()
    for label in ("Votre mot de passe actuel", "Votre nouveau mot de passe"):
        assert label in texte


def test_change_keeps_this_session_under_a_new_key_and_closes_the_others(
    client_aidant: Client, aidant: Aidant
) -> None:
    autre = Client()
    ouvrir_session(autre, aidant)
    avant = client_aidant.session.session_key
    assert changer(client_aidant)["Location"] == reverse("compte")
    assert client_aidant.get(reverse("compte")).status_code == 200
    assert client_aidant.session.session_key != avant
    assert autre.get(reverse("compte")).status_code == 302
    assert entre_avec(aidant, NOUVEAU)
    assert not entre_avec(aidant, MOT_DE_PASSE)


def test_change_is_journaled_and_mailed(client_aidant: Client) -> None:
    changer(client_aidant)
    assert Entree.objects.get().details == {"moyen": "volontaire"}
    assert Courrier.objects.get().genre == "mot_de_passe_change"


def test_wrong_old_password_changes_nothing_and_is_counted(
    client_aidant: Client, aidant: Aidant
) -> None:
    page = changer(client_aidant, ancien="faux").content.decode()
    assert "pas votre mot de passe actuel" in page
    assert NOUVEAU not in page
    assert Entree.objects.get().action == "echec_connexion"
    assert Echec.objects.exists()
    assert entre_avec(aidant, MOT_DE_PASSE)


def test_old_password_is_guessed_five_times_at_most(client_aidant: Client, aidant: Aidant) -> None:
    for _ in range(8):
        changer(client_aidant, ancien="faux")
    assert Entree.objects.filter(action="echec_connexion").count() == 5
    assert changer(client_aidant).status_code == 200
    assert not Entree.objects.filter(action="mot_de_passe_change").exists()


@pytest.mark.parametrize(
    "champs",
    [
        {"confirmation": "un autre mot de passe"},
        {"mot_de_passe": "court", "confirmation": "court"},
        {"mot_de_passe": "123456789012", "confirmation": "123456789012"},
        {"mot_de_passe": "", "confirmation": ""},
        {"ancien": ""},
    ],
)
def test_new_password_that_cannot_be_is_refused(
    client_aidant: Client, champs: dict[str, str]
) -> None:
    assert "Corrigez" in changer(client_aidant, **champs).content.decode()
    assert not Entree.objects.exists()


def test_passwords_are_never_kept_for_after_a_rest(client_aidant: Client) -> None:
    with time_machine.travel(timezone.now() + timedelta(minutes=6), tick=False):
        assert changer(client_aidant)["Location"].startswith(reverse("reprise"))
    assert NOUVEAU not in str(dict(client_aidant.session.items()))
    assert MOT_DE_PASSE not in str(dict(client_aidant.session.items()))


# --- Forgotten ---


def test_link_leaves_by_mail(
    client: Client, aidant: Aidant, django_capture_on_commit_callbacks: Captures
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        adresse = lien(client, aidant)
    assert mail.outbox[0].to == [aidant.courriel]
    assert adresse in str(mail.outbox[0].body)


def test_address_is_read_without_case_nor_spaces(client: Client, aidant: Aidant) -> None:
    demander(client, f" {aidant.courriel.upper()} ")
    assert Recuperation.objects.get().aidant == aidant


def _demande(courriel: str) -> tuple[str, list[str]]:
    """The page of a first demand, and the kinds of statements that it took."""
    client = Client()
    with CaptureQueriesContext(connection) as capture:
        page = demander(client, courriel).content.decode()
    return page, [requete["sql"].split(" ")[0] for requete in capture.captured_queries]


def test_every_address_has_the_same_answer_by_the_same_work(aidant: Aidant) -> None:
    connue, inconnue = _demande(aidant.courriel), _demande("personne@example.org")
    aidant.desactiver(par=PLATEFORME, motif=MotifDesactivation.DEPART)
    assert connue == inconnue == _demande(aidant.courriel)


@pytest.mark.usefixtures("aidant")
def test_mail_to_nobody_goes_nowhere(
    client: Client, django_capture_on_commit_callbacks: Captures
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        demander(client, "personne@example.org")
    assert mail.outbox == []


def test_three_mails_in_ten_minutes_and_the_answer_stays_the_same(
    client: Client, aidant: Aidant
) -> None:
    with time_machine.travel(timezone.now(), tick=False) as horloge:
        pages = {demander(client, aidant.courriel).content.decode() for _ in range(6)}
        assert Recuperation.objects.count() == 3
        horloge.shift(timedelta(minutes=10, seconds=1))
        demander(client, aidant.courriel)
    assert Recuperation.objects.count() == 4
    assert len(pages) == 1


def test_one_address_asks_for_thirty_mails_an_hour_at_most(aidant: Aidant) -> None:
    for numero in range(40):
        demander(Client(), f"personne{numero}@example.org")
    assert Recuperation.objects.count() == 30


def test_strangers_cannot_flood_a_mailbox(aidant: Aidant) -> None:
    for numero in range(60):
        demander(Client(REMOTE_ADDR=f"10.0.0.{numero}"), aidant.courriel)
    assert Recuperation.objects.count() == 20


def test_stranger_who_asks_kills_nobodys_link(client: Client, aidant: Aidant) -> None:
    adresse = lien(client, aidant)
    demander(Client(REMOTE_ADDR="10.0.0.1"), aidant.courriel)
    assert client.get(adresse).status_code == 200


def test_asking_again_in_the_same_browser_kills_the_link_before(
    client: Client, aidant: Aidant
) -> None:
    premier = lien(client, aidant)
    second = lien(client, aidant)
    assert (client.get(premier).status_code, client.get(second).status_code) == (410, 200)


# --- The link ---


def test_link_sets_the_password_and_opens_no_session(client: Client, aidant: Aidant) -> None:
    reponse = choisir(client, lien(client, aidant))
    assert reponse["Location"] == reverse("connexion")
    assert not est_connecte(client)
    assert entre_avec(aidant, NOUVEAU)
    assert Entree.objects.get(action="mot_de_passe_change").details == {"moyen": "oubli"}


def test_login_after_the_link_still_asks_the_code(
    client: Client, aidant: Aidant, appareil: AppareilTotp
) -> None:
    choisir(client, lien(client, aidant))
    assert donner_mot_de_passe(client, aidant.courriel, NOUVEAU)["Location"] == reverse("code")
    assert client.get(reverse("compte")).status_code == 302


def test_opening_the_link_changes_nothing(client: Client, aidant: Aidant) -> None:
    adresse = lien(client, aidant)
    for _ in range(3):
        assert client.get(adresse).status_code == 200
    assert Recuperation.objects.get().utilisee_le is None
    assert entre_avec(aidant, MOT_DE_PASSE)


def test_link_opens_in_the_browser_that_asked_alone(client: Client, aidant: Aidant) -> None:
    adresse, ailleurs = lien(client, aidant), Client()
    assert ailleurs.get(adresse).status_code == 403
    demander(ailleurs, "personne@example.org")  # a browser that has a mark of its own
    assert choisir(ailleurs, adresse).status_code == 403
    assert entre_avec(aidant, MOT_DE_PASSE)


def test_link_serves_once_and_kills_the_others(client: Client, aidant: Aidant) -> None:
    autre = Client(REMOTE_ADDR="10.0.0.1")
    premier, second = lien(client, aidant), lien(autre, aidant)
    choisir(client, premier)
    assert choisir(client, premier).status_code == 410
    assert choisir(autre, second).status_code == 410


def test_link_lives_ten_minutes(client: Client, aidant: Aidant) -> None:
    with time_machine.travel(timezone.now(), tick=False) as horloge:
        adresse = lien(client, aidant)
        horloge.shift(timedelta(minutes=10))
        assert client.get(adresse).status_code == 410


def test_link_with_another_token_is_not_found(client: Client, aidant: Aidant) -> None:
    adresse = lien(client, aidant)
    faux = "0" if adresse[-2] != "0" else "1"
    assert client.get(f"{adresse[:-2]}{faux}/").status_code == 404
    assert client.get(reverse("lien_mot_de_passe", args=[aidant.pk, "0" * 40])).status_code == 404


def test_link_of_a_closed_account_is_dead(client: Client, aidant: Aidant) -> None:
    adresse = lien(client, aidant)
    aidant.desactiver(par=PLATEFORME, motif=MotifDesactivation.DEPART)
    assert choisir(client, adresse).status_code == 410


def test_link_closes_every_session_its_own_browser_included(
    client: Client, aidant: Aidant, appareil: AppareilTotp
) -> None:
    se_connecter(client, appareil)
    reponse = choisir(client, lien(client, aidant))
    assert reponse["Location"] == reverse("connexion")
    assert client.get(reverse("compte")).status_code == 302


def test_weak_password_is_refused_and_the_link_stays(client: Client, aidant: Aidant) -> None:
    adresse = lien(client, aidant)
    assert "Corrigez" in choisir(client, adresse, mot_de_passe="court").content.decode()
    assert choisir(client, adresse).status_code == 302


def test_holder_of_the_mailbox_is_known_here_whatever_strangers_do(
    client: Client, aidant: Aidant
) -> None:
    """In the middle of an attack, the way in for the owner on a new browser."""
    choisir(client, lien(client, aidant))
    assert essais.COOKIE in client.cookies
    for numero in range(60):
        donner_mot_de_passe(Client(REMOTE_ADDR=f"10.0.0.{numero}"), aidant.courriel, "faux")
    assert donner_mot_de_passe(client, aidant.courriel, NOUVEAU).status_code == 302
