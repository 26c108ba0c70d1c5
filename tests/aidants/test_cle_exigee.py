"""The national team enters the administration with a passkey, where the service asks for one."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from aidants import facteurs
from aidants.models import Aidant, Invitation
from journal.models import PLATEFORME, Entree
from tests.aidants.cles import cle_de, doter, enregistrer, poster, se_connecter
from tests.aidants.personnes import client_de, faire, maison, page
from tests.aidants.premiers_pas import naitre, tirer_codes
from tests.authentificateur import Authentificateur
from tests.factories import AidantFactory, AppartenanceFactory

pytestmark = pytest.mark.django_db

PAGE = reverse("cle_exigee")
ACCUEIL = reverse("admin:index")


@pytest.fixture(autouse=True)
def _exigee(settings: Settings) -> None:
    settings.CLE_ACCES_SUPERVISION = True


@pytest.fixture
def membre() -> Aidant:
    return AidantFactory(supervision=True)


def entre(client: Client) -> bool:
    return bool(client.get(ACCUEIL).status_code == 200)


def est_menee_a_la_cle(reponse: Any, retour: str) -> bool:
    return bool((reponse.status_code, reponse["Location"]) == (302, f"{PAGE}?next={retour}"))


def presenter(client: Client, appareil: Authentificateur, retour: str = ACCUEIL) -> Any:
    """As the page's script: a passkey for the session that is open; where it leads."""
    options = poster(client, "cle_connexion_debut", {"reprise": True}).json()
    reponse = poster(
        client, "cle_connexion_fin", appareil.presenter(options), f"?next={retour}"
    ).json()
    return client.get(reponse["suite"])


def test_code_alone_leads_to_the_page_that_says_why(membre: Aidant) -> None:
    client, liste = client_de(membre), page("structure_changelist")
    assert est_menee_a_la_cle(client.get(liste), liste)
    lue = client.get(f"{PAGE}?next={liste}").content.decode()
    assert "L’administration demande une clé d’accès" in lue
    assert f"{reverse('cle_acces_nouvelle')}?next={liste}" in lue
    assert client.get(reverse("compte")).status_code == 200


def test_first_key_is_made_there_and_opens_the_administration(membre: Aidant) -> None:
    client, appareil, liste = client_de(membre), Authentificateur(), page("structure_changelist")
    avant = client.session.session_key
    debut = poster(client, "cle_enregistrement_debut", {"nom": "Bureau"}).json()
    fin = poster(client, "cle_enregistrement_fin", appareil.creer(debut), f"?next={liste}").json()
    assert client.get(fin["suite"])["Location"] == liste
    assert client.get(liste).status_code == 200
    assert client.session.session_key != avant  # a rise of rights has a new key
    assert client.get(PAGE)["Location"] == ACCUEIL


def test_login_with_a_key_enters_at_once(membre: Aidant) -> None:
    client = Client()
    se_connecter(client, doter(membre))
    assert entre(client)


def test_key_presented_in_the_session_opens_it_and_a_code_does_not_close_it(
    membre: Aidant,
) -> None:
    appareil, client = doter(membre), client_de(membre)
    assert not entre(client)
    assert presenter(client, appareil)["Location"] == ACCUEIL
    assert entre(client)
    assert Entree.objects.latest("id").action == "reprise"


def test_what_was_typed_comes_back_after_the_key(membre: Aidant) -> None:
    appareil, client, lieu = doter(membre), client_de(membre), maison()
    adresse = page("aidant_desactiver", lieu.aidant.pk)
    champs = {"acte": str(uuid4()), "motif": "soupcon", "precision": "Un poste volé à ranger"}
    reponse = client.post(adresse, champs, headers={"referer": f"http://testserver{adresse}"})
    assert est_menee_a_la_cle(reponse, adresse)
    assert "Un poste volé à ranger" in presenter(client, appareil, adresse).content.decode()
    lieu.aidant.refresh_from_db()
    assert lieu.aidant.is_active


def test_code_alone_puts_no_other_key_in(membre: Aidant) -> None:
    """Else who stole a password and a code would make a key of their own, and enter."""
    doter(membre)
    client, nouvelle = client_de(membre), reverse("cle_acces_nouvelle")
    assert est_menee_a_la_cle(client.get(nouvelle), nouvelle)
    assert poster(client, "cle_enregistrement_debut", {"nom": "Intruse"}).status_code == 302
    retirer = reverse("facteur_retirer", args=["cle", cle_de(membre).pk])
    assert est_menee_a_la_cle(client.get(retirer), retirer)
    assert client.post(retirer, {}).status_code == 302
    assert facteurs.cles_acces(membre) == [cle_de(membre)]


def test_key_begun_before_the_first_one_was_made_is_not_taken_after_it(membre: Aidant) -> None:
    intrus, appareil = client_de(membre), Authentificateur()
    debut = poster(intrus, "cle_enregistrement_debut", {"nom": "Intruse"}).json()
    doter(membre)
    assert poster(intrus, "cle_enregistrement_fin", appareil.creer(debut)).status_code == 422
    assert not entre(intrus)
    assert len(facteurs.cles_acces(membre)) == 1


def test_who_entered_with_a_key_adds_and_removes_keys(membre: Aidant) -> None:
    client = Client()
    se_connecter(client, doter(membre))
    premiere = cle_de(membre)
    seconde = Authentificateur()
    assert enregistrer(client, seconde).status_code == 200
    client.post(reverse("facteur_retirer", args=["cle", premiere.pk]))
    assert premiere not in facteurs.cles_acces(membre)
    assert not entre(client)  # what opened the session is gone
    assert presenter(client, seconde)["Location"] == ACCUEIL
    assert entre(client)


def test_last_key_stays(membre: Aidant) -> None:
    """Else the account is open again to who makes its first key with a password and a code."""
    client = Client()
    se_connecter(client, doter(membre))
    retirer = reverse("facteur_retirer", args=["cle", cle_de(membre).pk])
    assert "C’est votre seule clé d’accès" in client.get(retirer).content.decode()
    assert client.post(retirer).status_code == 409
    assert entre(client)


def test_lost_key_is_reset_by_another_member(membre: Aidant) -> None:
    doter(membre)
    autre, collegue = Client(), AidantFactory(supervision=True)
    se_connecter(autre, doter(collegue))
    faire(autre, membre, "reinitialiser", verifiee="on")
    assert facteurs.cles_acces(membre) == []
    client, appareil = client_de(membre), Authentificateur()  # after the mail and a new application
    tirer_codes(client)
    assert enregistrer(client, appareil).status_code == 200
    assert entre(client)


def test_first_account_of_all_comes_in_from_its_invitation() -> None:
    """The command makes it; its own TOTP, then its own key, and the other accounts after it."""
    call_command("inviter_supervision", "premiere@example.org", "Ada", "Martin")
    client = Client()
    naitre(client, Invitation.objects.get())
    assert est_menee_a_la_cle(client.get(ACCUEIL), ACCUEIL)
    assert enregistrer(client, Authentificateur()).status_code == 200
    assert entre(client)


def test_managers_and_aidants_are_asked_nothing_more() -> None:
    responsable = client_de(AppartenanceFactory(responsable=True).aidant)
    assert entre(responsable)
    assert responsable.get(PAGE)["Location"] == ACCUEIL
    assert enregistrer(responsable, Authentificateur()).status_code == 200
    assert enregistrer(responsable, Authentificateur()).status_code == 200


def test_member_leaves_without_a_key(membre: Aidant) -> None:
    client = client_de(membre)
    assert client.post(reverse("admin:logout"))["Location"] == reverse("accueil")
    assert client.get(reverse("compte")).status_code == 302


def test_nothing_is_asked_where_the_service_does_not(membre: Aidant, settings: Settings) -> None:
    settings.CLE_ACCES_SUPERVISION = False
    assert entre(client_de(membre))


def test_key_taken_away_takes_the_administration_away(membre: Aidant) -> None:
    client = Client()
    se_connecter(client, doter(membre))
    facteurs.reinitialiser(membre, par=PLATEFORME, precision="volée")
    assert client.get(ACCUEIL)["Location"].startswith(reverse("connexion"))
