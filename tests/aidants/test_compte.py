"""The account page: what it says, to its owner alone."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from aidants import facteurs
from aidants.compte import dernieres_connexions
from aidants.models import Aidant, AppareilTotp
from tests.aidants.test_connexion import se_connecter
from tests.factories import AidantFactory, AppareilTotpFactory, AppartenanceFactory

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"


def lire(client: Client) -> str:
    reponse = client.get(reverse("compte"))
    assert reponse.status_code == 200
    return reponse.content.decode()


def test_identity_role_and_who_manages_are_shown(client_aidant: Client, aidant: Aidant) -> None:
    structure = aidant.structures().get()
    responsable = AppartenanceFactory(structure=structure, responsable=True).aidant
    page = lire(client_aidant)
    for attendu in (aidant.nom_complet, aidant.courriel, structure.nom, responsable.nom_complet):
        assert attendu in page


@pytest.mark.usefixtures("db")
def test_page_is_open_to_every_account(client: Client) -> None:
    for personne in (
        AidantFactory(supervision=True),
        AidantFactory(),
        AppartenanceFactory(responsable=True).aidant,
    ):
        appareil = AppareilTotpFactory(user=personne)
        se_connecter(client, appareil)
        assert personne.courriel in lire(client)


def test_structure_that_was_left_is_not_shown(client_aidant: Client, aidant: Aidant) -> None:
    quittee = AppartenanceFactory(aidant=aidant, partie=True).structure
    assert quittee.nom not in client_aidant.get(reverse("compte")).content.decode()


def test_factors_are_listed_with_their_name(client_aidant: Client, aidant: Aidant) -> None:
    AppareilTotpFactory(user=aidant, name="Tablette rouge")
    AppareilTotpFactory(name="Téléphone d’un autre")
    AppareilTotpFactory(user=aidant, name="Jamais confirmée", confirmed=False)
    page = lire(client_aidant)
    assert "Tablette rouge" in page
    assert "Téléphone d’un autre" not in page
    assert "Jamais confirmée" not in page


def test_recovery_codes_left_are_counted(client_aidant: Client, aidant: Aidant) -> None:
    assert "aucun" in lire(client_aidant)
    codes = facteurs.renouveler_codes(aidant)
    facteurs.verifier(aidant, codes[0])
    page = lire(client_aidant)
    assert "Il vous en reste 9" in page
    assert codes[1] not in page


def test_single_factor_is_warned_of(client_aidant: Client, aidant: Aidant) -> None:
    assert "seul moyen" in lire(client_aidant)
    AppareilTotpFactory(user=aidant)
    assert "seul moyen" not in lire(client_aidant)


def test_session_is_named_by_its_browser(client: Client, appareil: AppareilTotp) -> None:
    client.defaults["HTTP_USER_AGENT"] = FIREFOX
    se_connecter(client, appareil)
    assert "Firefox, Windows" in lire(client)


def test_last_connections_are_ones_own_and_ten_at_most(
    client: Client, appareil: AppareilTotp
) -> None:
    with time_machine.travel(timezone.now(), tick=False) as horloge:
        for _ in range(12):
            se_connecter(client, appareil)
            horloge.shift(timedelta(seconds=31))
        se_connecter(Client(), AppareilTotpFactory())
    lignes = dernieres_connexions(appareil.user)
    assert len(lignes) == 10
    assert {ligne.sujet.auteur_ref for ligne in lignes} == {str(appareil.user.pk)}


def test_refused_code_is_shown_among_the_connections(
    client: Client, appareil: AppareilTotp
) -> None:
    with time_machine.travel(timezone.now(), tick=False) as horloge:
        client.post(reverse("connexion"), {"courriel": appareil.user.courriel})
        se_connecter(client, appareil)
        horloge.shift(timedelta(seconds=31))
        client.post(reverse("reprise"), {"code": "000000"})
        assert "Échec de connexion" in lire(client)


def test_terms_accepted_are_dated(client_aidant: Client, aidant: Aidant) -> None:
    assert aidant.conditions_version in lire(client_aidant)
    assert reverse("conditions") in lire(client_aidant)


def test_header_leads_to_the_account(client_aidant: Client) -> None:
    page = client_aidant.get(reverse("espace")).content.decode()
    assert f'href="{reverse("compte")}"' in page
