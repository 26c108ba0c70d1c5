"""Logging in with a passkey: a complete login; the same answer to every failure."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp_webauthn.models import WebAuthnCredential

from aidants import connexion, facteurs
from aidants.models import Aidant, MotifDesactivation
from aidants.views.cles_acces import REFUS
from journal.models import PLATEFORME, Entree
from tests.aidants.cles import cle_de, doter, poster, se_connecter
from tests.authentificateur import PRESENCE, VERIFICATION, Authentificateur
from tests.factories import AidantFactory
from tests.mandats.gestes import ensemble


@pytest.fixture
def appareil(aidant: Aidant) -> Authentificateur:
    return doter(aidant)


def est_connecte(client: Client) -> bool:
    return connexion.DEBUT in client.session


def refuse(reponse: Any) -> bool:
    return (reponse.status_code, reponse.json()) == (403, {"message": REFUS})


def test_passkey_alone_opens_the_session(
    client: Client, aidant: Aidant, appareil: Authentificateur
) -> None:
    reponse = se_connecter(client, appareil)
    assert reponse.json() == {"suite": reverse("arrivee")}
    assert client.get(reverse("arrivee"))["Location"] == reverse("espace")
    assert client.get(reverse("espace")).status_code == 200  # the device comes back by itself
    entree = Entree.objects.get(action="connexion")
    assert entree.sujet.auteur_ref == str(aidant.pk)
    assert facteurs.cles_acces(aidant)[0].last_used_at is not None


def test_passkey_gives_a_fresh_code_and_marks_the_browser(
    client: Client, appareil: Authentificateur
) -> None:
    avant = poster(client, "cle_connexion_debut", {}).wsgi_request.session.session_key
    reponse = se_connecter(client, appareil)
    assert client.session[connexion.TOTP_LE] >= client.session[connexion.DEBUT]
    assert client.session.session_key != avant
    assert "ac_navigateur" in reponse.cookies


def test_login_names_no_account(client: Client, appareil: Authentificateur) -> None:
    options = poster(client, "cle_connexion_debut", {}).json()
    assert (options["allowCredentials"], options["userVerification"]) == ([], "required")
    assert options["rpId"] == "localhost"
    assert options["timeout"] == 300_000


def test_login_comes_back_to_the_page_asked_for(client: Client, appareil: Authentificateur) -> None:
    suite = se_connecter(client, appareil, "?next=/usagers/").json()["suite"]
    assert client.get(suite)["Location"] == "/usagers/"


def test_login_never_leads_to_another_site(client: Client, appareil: Authentificateur) -> None:
    suite = se_connecter(client, appareil, "?next=//evil.example/").json()["suite"]
    assert client.get(suite)["Location"] == reverse("espace")
    assert client.get(reverse("arrivee") + "?next=//evil.example/")["Location"] == reverse("espace")


MENSONGES: dict[str, Callable[[Authentificateur], None]] = {
    "origine": lambda a: setattr(a, "origine", "https://evil.example"),
    "sous-domaine": lambda a: setattr(a, "origine", "http://a.localhost:8000"),
    "rp_id": lambda a: setattr(a, "rp_id", "evil.example"),
    "sans_verification": lambda a: setattr(a, "drapeaux", PRESENCE),
    "sans_presence": lambda a: setattr(a, "drapeaux", VERIFICATION),
    "inconnue": lambda a: setattr(a, "identifiant", b"inconnue"),
    "sans_nom": lambda a: setattr(a, "poignee", None),
    "autre_nom": lambda a: setattr(a, "poignee", b"x" * 64),
    "autre_cle": lambda a: setattr(a, "cle", Authentificateur().cle),
    "compteur_demesure": lambda a: setattr(a, "compteur", 2**32 - 1),
}


@pytest.mark.parametrize("mensonge", MENSONGES)
def test_every_lie_is_refused_alike(
    client: Client, appareil: Authentificateur, mensonge: str
) -> None:
    MENSONGES[mensonge](appareil)
    assert refuse(se_connecter(client, appareil))
    assert not est_connecte(client)
    entree = Entree.objects.get(action="echec_connexion")
    assert entree.details == {"etape": "clé d’accès"}


def test_challenge_of_another_browser_is_refused(
    client: Client, appareil: Authentificateur
) -> None:
    ailleurs = poster(Client(), "cle_connexion_debut", {}).json()
    poster(client, "cle_connexion_debut", {})
    assert refuse(poster(client, "cle_connexion_fin", appareil.presenter(ailleurs)))


def test_challenge_serves_once(client: Client, appareil: Authentificateur) -> None:
    reponse = appareil.presenter(poster(client, "cle_connexion_debut", {}).json())
    faux = reponse | {"type": "autre"}
    assert refuse(poster(client, "cle_connexion_fin", faux))
    assert refuse(poster(client, "cle_connexion_fin", reponse))


def test_challenge_lasts_five_minutes(client: Client, appareil: Authentificateur) -> None:
    with time_machine.travel(timezone.now(), tick=False) as horloge:
        options = poster(client, "cle_connexion_debut", {}).json()
        horloge.shift(timedelta(minutes=5, seconds=1))
        assert refuse(poster(client, "cle_connexion_fin", appareil.presenter(options)))


def test_challenge_of_a_registration_opens_nothing(
    client_aidant: Client, appareil: Authentificateur
) -> None:
    options = poster(client_aidant, "cle_enregistrement_debut", {"nom": "Clé"}).json()
    assert refuse(poster(client_aidant, "cle_connexion_fin", appareil.presenter(options)))


def test_deactivated_account_is_refused(
    client: Client, aidant: Aidant, appareil: Authentificateur
) -> None:
    aidant.desactiver(par=PLATEFORME, motif=MotifDesactivation.DEPART)
    assert refuse(se_connecter(client, appareil))


def test_removed_passkey_is_refused(
    client: Client, aidant: Aidant, appareil: Authentificateur
) -> None:
    assert facteurs.retirer(aidant, cle_de(aidant))
    assert refuse(se_connecter(client, appareil))


def test_unconfirmed_passkey_is_refused(client: Client, appareil: Authentificateur) -> None:
    WebAuthnCredential.objects.update(confirmed=False)
    assert refuse(se_connecter(client, appareil))


def test_counter_goes_up_only(client: Client, aidant: Aidant, appareil: Authentificateur) -> None:
    appareil.compteur = 7
    assert se_connecter(client, appareil).status_code == 200
    assert cle_de(aidant).sign_count == 7
    for compteur in (7, 6, 0):
        appareil.compteur = compteur
        assert refuse(se_connecter(Client(), appareil))
    appareil.compteur = 8
    assert se_connecter(Client(), appareil).status_code == 200


def test_counter_may_stay_at_zero(client: Client, appareil: Authentificateur) -> None:
    assert se_connecter(client, appareil).status_code == 200
    assert se_connecter(Client(), appareil).status_code == 200


def test_thirty_errors_of_an_address_slow_its_passkeys_down(
    client: Client, appareil: Authentificateur
) -> None:
    with time_machine.travel(timezone.now(), tick=False) as horloge:
        for _ in range(30):
            poster(client, "cle_connexion_fin", {})
        assert refuse(se_connecter(client, appareil))
        assert se_connecter(Client(REMOTE_ADDR="203.0.113.7"), appareil).status_code == 200
        horloge.shift(timedelta(seconds=16))
        assert se_connecter(client, appareil).status_code == 200


def test_another_account_logs_in_over_an_open_session(
    client_aidant: Client, aidant: Aidant
) -> None:
    autre = AidantFactory()
    appareil = doter(autre)
    assert se_connecter(client_aidant, appareil).status_code == 200
    assert client_aidant.session["_auth_user_id"] == str(autre.pk)


@pytest.mark.django_db(transaction=True)
def test_same_answer_sent_twice_at_once_opens_one_session(client: Client, aidant: Aidant) -> None:
    appareil = doter(aidant)
    reponse = appareil.presenter(poster(client, "cle_connexion_debut", {}).json())

    def presenter() -> int:
        ailleurs = Client()
        ailleurs.cookies.update(client.cookies)
        return int(poster(ailleurs, "cle_connexion_fin", reponse).status_code)

    assert sorted(ensemble(*[presenter] * 4)) == [200, 403, 403, 403]
    assert Entree.objects.filter(action="connexion").count() == 1
