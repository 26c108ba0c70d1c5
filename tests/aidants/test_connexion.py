"""Logging in: a password, then a code; the same answer to every failure."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from aidants import connexion
from aidants.forms.connexion import REFUS, REFUS_CODE
from aidants.models import Aidant, AppareilTotp, MotifDesactivation
from journal.models import PLATEFORME, Entree
from tests.codes import code_de
from tests.factories import MOT_DE_PASSE

Reponse = Any
HOSTILES = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "http:evil.example",
    "https:///evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "/\t/evil.example/",
    "http://testserver@evil.example/",
    "http://testserver.evil.example/",
    " //evil.example/",
]


def _vers(route: str, suite: str) -> str:
    return f"{reverse(route)}?{urlencode({'next': suite})}" if suite else reverse(route)


def donner_mot_de_passe(
    client: Client, courriel: str, mot_de_passe: str = MOT_DE_PASSE, suite: str = ""
) -> Reponse:
    donnees = {"courriel": courriel, "mot_de_passe": mot_de_passe}
    return client.post(_vers("connexion", suite), donnees)


def donner_code(client: Client, code: str, suite: str = "") -> Reponse:
    return client.post(_vers("code", suite), {"code": code})


def se_connecter(client: Client, appareil: AppareilTotp, suite: str = "") -> Reponse:
    donner_mot_de_passe(client, appareil.user.courriel, suite=suite)
    return donner_code(client, code_de(appareil), suite)


def est_connecte(client: Client) -> bool:
    return connexion.DEBUT in client.session


def auteurs(action: str) -> list[str]:
    return list(Entree.objects.filter(action=action).values_list("sujet__auteur_ref", flat=True))


def test_password_then_code_open_the_session(client: Client, appareil: AppareilTotp) -> None:
    premiere = donner_mot_de_passe(client, appareil.user.courriel)
    assert (premiere.status_code, premiere["Location"]) == (302, reverse("code"))
    assert not est_connecte(client)
    seconde = donner_code(client, code_de(appareil))
    assert (seconde.status_code, seconde["Location"]) == (302, reverse("espace"))
    assert est_connecte(client)
    assert auteurs("connexion") == [str(appareil.user.pk)]


def test_supervision_goes_to_the_admin(client: Client, sans_role: Aidant) -> None:
    sans_role.supervision = True
    sans_role.save()
    appareil = AppareilTotp(user=sans_role, confirmed=True)
    appareil.cle = b"x" * 20
    appareil.save()
    assert se_connecter(client, appareil)["Location"] == reverse("admin:index")


def test_session_key_changes_at_login(client: Client, appareil: AppareilTotp) -> None:
    donner_mot_de_passe(client, appareil.user.courriel)
    avant = client.session.session_key
    donner_code(client, code_de(appareil))
    assert client.session.session_key != avant


def test_email_is_read_without_case_nor_spaces(client: Client, appareil: AppareilTotp) -> None:
    reponse = donner_mot_de_passe(client, f"  {appareil.user.courriel.upper()} ")
    assert reponse["Location"] == reverse("code")


def test_code_with_spaces_is_accepted(client: Client, appareil: AppareilTotp) -> None:
    donner_mot_de_passe(client, appareil.user.courriel)
    code = code_de(appareil)
    assert donner_code(client, f" {code[:3]} {code[3:]} ").status_code == 302


def test_code_opens_one_session_only(client: Client, appareil: AppareilTotp) -> None:
    code = code_de(appareil)
    donner_mot_de_passe(client, appareil.user.courriel)
    donner_code(client, code)
    autre = Client()
    donner_mot_de_passe(autre, appareil.user.courriel)
    assert REFUS_CODE in donner_code(autre, code).content.decode()
    assert not est_connecte(autre)


def test_code_page_asks_the_password_first(client: Client, db: None) -> None:
    assert client.get(_vers("code", "/usagers/"))["Location"] == "/connexion/?next=/usagers/"


def test_code_is_asked_within_ten_minutes(client: Client, appareil: AppareilTotp) -> None:
    with time_machine.travel(timezone.now(), tick=False) as horloge:
        donner_mot_de_passe(client, appareil.user.courriel)
        horloge.shift(timedelta(minutes=10, seconds=1))
        assert donner_code(client, code_de(appareil))["Location"] == reverse("connexion")


def test_password_alone_opens_no_page(client: Client, aidant: Aidant) -> None:
    donner_mot_de_passe(client, aidant.courriel)
    assert client.get(reverse("espace"))["Location"].startswith(reverse("connexion"))


def _sans_jeton(reponse: Reponse, courriel: str) -> str:
    jeton = str(reponse.context["csrf_token"])
    return reponse.content.decode().replace(jeton, "").replace(courriel, "")


def test_every_failure_of_the_password_reads_the_same(client: Client, aidant: Aidant) -> None:
    faux = donner_mot_de_passe(client, aidant.courriel, "un autre mot de passe")
    inconnu = donner_mot_de_passe(client, "inconnu@example.org")
    aidant.desactiver(par=PLATEFORME, motif=MotifDesactivation.DEPART)
    ferme = donner_mot_de_passe(client, aidant.courriel)
    pages = {_sans_jeton(faux, aidant.courriel), _sans_jeton(inconnu, "inconnu@example.org")}
    assert pages == {_sans_jeton(ferme, aidant.courriel)}
    assert REFUS in pages.pop()


def test_email_is_kept_and_password_is_not(client: Client, aidant: Aidant) -> None:
    page = donner_mot_de_passe(client, aidant.courriel, "faux mot de passe").content.decode()
    assert f'value="{aidant.courriel}"' in page
    assert "faux mot de passe" not in page


def test_errors_are_summed_up_with_a_link_to_each_field(client: Client, db: None) -> None:
    page = client.post(reverse("connexion"), {}).content.decode()
    assert "Corrigez 2 erreurs" in page
    assert 'href="#id_courriel"' in page
    assert 'href="#id_mot_de_passe"' in page


def test_failed_password_is_journaled_without_a_name(client: Client, aidant: Aidant) -> None:
    donner_mot_de_passe(client, aidant.courriel, "faux")
    assert auteurs("echec_connexion") == [""]
    assert Entree.objects.get().details == {"etape": "mot de passe"}


def test_failed_code_is_journaled(client: Client, aidant: Aidant, appareil: AppareilTotp) -> None:
    donner_mot_de_passe(client, aidant.courriel)
    donner_code(client, "000000")
    assert auteurs("echec_connexion") == [str(aidant.pk)]
    assert Entree.objects.get().details == {"etape": "code"}


def test_right_password_is_slowed_after_five_errors_then_freed(
    client: Client, aidant: Aidant
) -> None:
    with time_machine.travel(timezone.now(), tick=False) as horloge:
        for _ in range(5):
            donner_mot_de_passe(client, aidant.courriel, "faux")
        assert REFUS in donner_mot_de_passe(client, aidant.courriel).content.decode()
        horloge.shift(timedelta(seconds=16))
        assert donner_mot_de_passe(client, aidant.courriel).status_code == 302


def test_four_errors_slow_nobody(client: Client, aidant: Aidant) -> None:
    for _ in range(4):
        donner_mot_de_passe(client, aidant.courriel, "faux")
    assert donner_mot_de_passe(client, aidant.courriel).status_code == 302


def test_errors_of_a_stranger_elsewhere_do_not_slow_the_owner(
    client: Client, aidant: Aidant
) -> None:
    ailleurs = Client(REMOTE_ADDR="203.0.113.7")
    for _ in range(8):
        donner_mot_de_passe(ailleurs, aidant.courriel, "faux")
    assert donner_mot_de_passe(client, aidant.courriel).status_code == 302


def test_login_comes_back_to_the_page_asked_for(client: Client, appareil: AppareilTotp) -> None:
    premiere = donner_mot_de_passe(client, appareil.user.courriel, suite="/usagers/?page=2")
    assert premiere["Location"] == "/connexion/code/?next=/usagers/%3Fpage%3D2"
    assert (
        donner_code(client, code_de(appareil), "/usagers/?page=2")["Location"] == "/usagers/?page=2"
    )


@pytest.mark.parametrize("suite", HOSTILES)
def test_login_never_leads_to_another_site(
    client: Client, appareil: AppareilTotp, suite: str
) -> None:
    assert donner_mot_de_passe(client, appareil.user.courriel, suite=suite)["Location"] == reverse(
        "code"
    )
    assert donner_code(client, code_de(appareil), suite)["Location"] == reverse("espace")


def test_logout_by_post_ends_the_session(client: Client, appareil: AppareilTotp) -> None:
    se_connecter(client, appareil)
    reponse = client.post(reverse("deconnexion"), follow=True)
    assert reponse.redirect_chain[-1][0] == reverse("accueil")
    assert "Vous êtes déconnecté." in reponse.content.decode()
    assert not est_connecte(client)
    assert auteurs("deconnexion") == [str(appareil.user.pk)]


def test_logout_by_get_is_refused(client: Client, appareil: AppareilTotp) -> None:
    se_connecter(client, appareil)
    assert client.get(reverse("deconnexion")).status_code == 405
    assert est_connecte(client)


def test_logout_of_a_stranger_writes_nothing(client: Client, db: None) -> None:
    assert client.post(reverse("deconnexion"))["Location"] == reverse("accueil")
    assert not Entree.objects.exists()


def test_session_at_rest_can_leave_without_a_code(client: Client, appareil: AppareilTotp) -> None:
    with time_machine.travel(timezone.now(), tick=False) as horloge:
        se_connecter(client, appareil)
        horloge.shift(settings.INACTIVITE_MAX + timedelta(seconds=1))
        assert client.post(reverse("deconnexion"))["Location"] == reverse("accueil")
    assert not est_connecte(client)
