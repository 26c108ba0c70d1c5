"""An invitation: a single-use link of seven days, that makes an account or joins one."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from aidants import connexion
from aidants.models import Aidant, Invitation, MotifDesactivation
from aidants.models.invitations import Refus
from journal.models import PLATEFORME, Entree
from tests.aidants.premiers_pas import PHRASE, adresse, choisir, inviter
from tests.factories import StructureFactory

pytestmark = pytest.mark.django_db


def actions() -> list[str]:
    return list(Entree.objects.order_by("id").values_list("action", flat=True))


def attendu(client: Client) -> str | None:
    """Whose password this browser has given."""
    return client.session.get(connexion.EN_COURS, {}).get("aidant")


def test_page_says_who_invites_and_under_which_address(client: Client) -> None:
    page = client.get(adresse(inviter(StructureFactory(nom="Espace de Lorient")))).content.decode()
    for attendu_ in (
        "Léa MARTIN",
        "Espace de Lorient",
        "lea@example.org",
        "Au moins 12 caractères",
    ):
        assert attendu_ in page
    assert page.count('autocomplete="new-password"') == 2


def test_opening_the_link_changes_nothing(client: Client) -> None:
    """Mail scanners open links."""
    invitation = inviter()
    avant = actions()
    for _ in range(3):
        assert client.get(adresse(invitation)).status_code == 200
    assert invitation.motif_de_refus() is None
    assert actions() == avant
    assert not Aidant.objects.exists()


def test_password_makes_the_account_and_leads_to_the_application(client: Client) -> None:
    structure = StructureFactory()
    reponse = choisir(client, adresse(inviter(structure, profession="Médiatrice")))
    aidant = Aidant.objects.get()
    assert (reponse.status_code, reponse["Location"]) == (302, reverse("enrolement"))
    assert (aidant.courriel, aidant.nom, aidant.profession) == (
        "lea@example.org",
        "Martin",
        "Médiatrice",
    )
    assert aidant.check_password(PHRASE)
    assert aidant.appartenances.get().structure == structure
    assert attendu(client) == str(aidant.pk)
    assert actions() == ["invitation", "activation", "role_donne"]


def test_password_alone_opens_no_page(client: Client) -> None:
    choisir(client, adresse(inviter()))
    assert client.get(reverse("espace"))["Location"].startswith(reverse("connexion"))
    assert not get_user(client).is_authenticated


def test_session_key_changes_with_the_password(client: Client) -> None:
    session = client.session
    session["x"] = 1
    session.save()
    choisir(client, adresse(inviter()))
    assert client.session.session_key != session.session_key


@pytest.mark.parametrize("role", ["est_aidant", "est_responsable"])
def test_roles_are_those_of_the_invitation(client: Client, role: str) -> None:
    roles: dict[str, Any] = {"est_aidant": False, "est_responsable": False} | {role: True}
    choisir(client, adresse(inviter(**roles)))
    appartenance = Aidant.objects.get().appartenances.get()
    assert {nom: getattr(appartenance, nom) for nom in roles} == roles


def test_invitation_without_structure_makes_the_supervision(client: Client) -> None:
    choisir(client, adresse(inviter(supervision=True)))
    assert Aidant.objects.get().supervision
    assert actions() == ["invitation_supervision", "activation", "supervision_donnee"]


REFUSES: dict[str, tuple[str, str | None, str]] = {
    "trop court": ("court", None, "au minimum 12 caractères"),
    "chiffres": ("738291046512", None, "entièrement numérique"),
    "courant": ("qwerty123456", None, "trop courant"),
    "son nom": ("lea@example.org", None, "trop semblable"),
    "pas deux fois le même": (PHRASE, "autre chose", "pas le même mot de passe"),
}


@pytest.mark.parametrize("cas", REFUSES)
def test_refused_password_is_explained_and_forgotten(client: Client, cas: str) -> None:
    mot_de_passe, confirmation, message = REFUSES[cas]
    invitation = inviter()
    reponse = choisir(client, adresse(invitation), mot_de_passe, confirmation)
    page = reponse.content.decode()
    assert reponse.status_code == 200
    assert message in page
    assert f'value="{mot_de_passe}"' not in page
    assert not Aidant.objects.exists()
    assert choisir(client, adresse(invitation)).status_code == 302


def test_hostile_names_are_written_as_text(client: Client) -> None:
    hostile = '<script>alert(1)</script>"&{{ 7 }}'
    structure = StructureFactory(nom=hostile)
    page = client.get(adresse(inviter(structure, prenom=hostile, nom=hostile))).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


# --- Links that open nothing ----------------------------------------------------------------------


def lire_refus(client: Client, lien: str) -> tuple[int, str]:
    """A refused link: same answer to reading and to posting, and no account."""
    comptes = Aidant.objects.count()
    lu, poste = client.get(lien), choisir(client, lien)
    assert lu.status_code == poste.status_code
    assert Aidant.objects.count() == comptes
    return lu.status_code, lu.content.decode()


def test_unknown_link_and_wrong_token_read_the_same(client: Client) -> None:
    invitation, autre = inviter(), inviter(courriel="autre@example.org")
    liens = [
        reverse("invitation", args=[uuid.uuid4(), invitation.jeton]),
        reverse("invitation", args=[invitation.pk, "0" * 40]),
        reverse("invitation", args=[invitation.pk, invitation.jeton[:-1]]),
        reverse("invitation", args=[invitation.pk, autre.jeton]),
    ]
    for lien in liens:
        statut, page = lire_refus(client, lien)
        assert statut == 404
        assert "Ce lien n’est plus valable" in page
        assert "Demandez au responsable" in page
        assert "Léa" not in page


def test_link_serves_once(client: Client) -> None:
    invitation = inviter()
    choisir(client, adresse(invitation))
    statut, page = lire_refus(Client(), adresse(invitation))
    assert statut == 410
    assert "déjà accepté" in page
    assert reverse("connexion") in page


def test_link_lives_seven_days_to_the_second(client: Client) -> None:
    with time_machine.travel(timezone.now(), tick=False) as horloge:
        invitation = inviter()
        horloge.shift(timedelta(days=7) - timedelta(seconds=1))
        assert client.get(adresse(invitation)).status_code == 200
        horloge.shift(timedelta(seconds=1))
        statut, page = lire_refus(client, adresse(invitation))
    assert statut == 410
    assert "dure 7 jours" in page


def test_cancelled_link_is_dead(client: Client) -> None:
    invitation = inviter()
    assert invitation.annuler(par=PLATEFORME)
    statut, page = lire_refus(client, adresse(invitation))
    assert statut == 410
    assert "a été annulée" in page


def test_link_of_a_closed_structure_is_dead(client: Client) -> None:
    invitation = inviter(StructureFactory(active=False))
    assert lire_refus(client, adresse(invitation))[0] == 410
    assert invitation.motif_de_refus() is Refus.ANNULEE


def test_link_sent_again_replaces_the_old_one(client: Client) -> None:
    invitation = inviter()
    ancien = adresse(invitation)
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        assert invitation.renvoyer(par=PLATEFORME)
        assert lire_refus(client, ancien)[0] == 404
        assert choisir(client, adresse(invitation)).status_code == 302


def test_form_sent_twice_makes_one_account(client: Client) -> None:
    lien = adresse(inviter())
    choisir(client, lien)
    seconde = choisir(client, lien, "une autre phrase bien longue")
    assert (seconde.status_code, seconde["Location"]) == (302, reverse("enrolement"))
    assert Aidant.objects.get().check_password(PHRASE)


def test_two_requests_at_a_time_make_one_account() -> None:
    invitation = inviter()
    meme = Invitation.objects.get(pk=invitation.pk)  # read before the first is committed
    assert invitation.creer_compte(PHRASE)
    assert meme.creer_compte("une autre phrase bien longue") is None
    assert Aidant.objects.get().check_password(PHRASE)


# --- Accounts that were closed --------------------------------------------------------------------


def ferme(motif: MotifDesactivation, **champs: Any) -> Aidant:
    aidant = Aidant.objects.creer(
        courriel="lea@example.org", mot_de_passe="ancienne phrase secrète",
        prenom="Léa", nom="Martin", **champs,
    )  # fmt: skip
    aidant.desactiver(par=PLATEFORME, motif=motif)
    return aidant


def test_account_that_left_is_opened_again_by_its_link(client: Client) -> None:
    aidant = ferme(MotifDesactivation.DEPART)
    reponse = choisir(client, adresse(inviter()))
    aidant.refresh_from_db()
    assert reponse["Location"] == reverse("enrolement")
    assert aidant.is_active
    assert aidant.check_password(PHRASE)
    assert Aidant.objects.count() == 1
    assert {"reactivation", "mot_de_passe_change", "role_donne"} <= set(actions())


@pytest.mark.parametrize(
    ("motif", "champs"),
    [(MotifDesactivation.SOUPCON, {}), (MotifDesactivation.DEPART, {"supervision": True})],
)
def test_account_closed_by_the_supervision_stays_closed(
    client: Client, motif: MotifDesactivation, champs: dict[str, bool]
) -> None:
    aidant = ferme(motif, **champs)
    statut, page = lire_refus(client, adresse(inviter()))
    aidant.refresh_from_db()
    assert (statut, aidant.is_active) == (410, False)
    assert "Votre compte est fermé" in page


def test_account_opened_again_has_not_its_roles_elsewhere(client: Client) -> None:
    """What another manager closed is not for this structure to open."""
    avant = inviter()
    aidant = avant.creer_compte(PHRASE)
    assert aidant
    aidant.desactiver(par=PLATEFORME, motif=MotifDesactivation.DEPART)
    nouvelle = StructureFactory()
    choisir(client, adresse(inviter(nouvelle)))
    assert [a.structure for a in aidant.appartenances.ouvertes()] == [nouvelle]
    aidant.refresh_from_db()
    assert aidant.is_active
