"""FranceConnect says no, or says nothing: a page from which one tries again, nothing written."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import Settings

from mandats.models import Projet
from tests.serveurs import port_libre
from tests.usagers.retours import avec, personne_n_est_identifie, verifier_refus
from tests.usagers.simulateur import USUELLE, Simulateur, choisir, s_identifier, suivre


@pytest.mark.parametrize(
    ("bouton", "motif", "statut"),
    [
        ({"annuler": "1"}, "abandon", 200),
        ({"erreur": "1"}, "indisponible", 503),
        ({"identite": "aidants_connect"}, "par_aidants_connect", 400),
    ],
)
def test_refusal_leads_back_to_the_same_draft(
    client_aidant: Client,
    projet: Projet,
    partir: Callable[[], str],
    bouton: dict[str, str],
    motif: str,
    statut: int,
) -> None:
    reponse = suivre(client_aidant, choisir(partir(), bouton))
    verifier_refus(reponse, motif, statut)
    assert reponse.context["projet_id"] == str(projet.pk)
    assert personne_n_est_identifie(projet)


@pytest.mark.parametrize(
    ("erreur", "motif", "statut"),
    [
        ("access_denied", "abandon", 200),
        ("temporarily_unavailable", "indisponible", 503),
        ("invalid_scope", "erreur", 400),
        ("<script>", "erreur", 400),
    ],
)
def test_each_redirected_error_is_a_page(
    client_aidant: Client, partir: Callable[[], str], erreur: str, motif: str, statut: int
) -> None:
    retour = avec(choisir(partir(), USUELLE), code=None, error=erreur)
    verifier_refus(suivre(client_aidant, retour), motif, statut)


def test_trying_again_after_a_refusal_succeeds(
    client_aidant: Client, projet: Projet, depart: str, partir: Callable[[], str]
) -> None:
    suivre(client_aidant, choisir(partir(), {"annuler": "1"}))
    s_identifier(client_aidant, depart, "usuelle")
    assert Projet.objects.get(pk=projet.pk).usager


def test_franceconnect_down_at_the_start_is_a_page(
    client_aidant: Client, projet: Projet, depart: str, settings: Settings
) -> None:
    settings.FC_ISSUER = f"http://127.0.0.1:{port_libre()}/api/v2"
    reponse = client_aidant.post(depart)
    verifier_refus(reponse, "indisponible", 503)
    assert reponse.context["projet_id"] == str(projet.pk)


def test_discovery_of_another_issuer_is_refused(
    client_aidant: Client, depart: str, franceconnect: Simulateur, settings: Settings
) -> None:
    settings.FC_ISSUER = franceconnect.issuer.replace("127.0.0.1", "localhost")
    verifier_refus(client_aidant.post(depart), "indisponible", 503)


@pytest.mark.parametrize("panne", ["erreur", "lente"])
def test_franceconnect_failing_on_the_way_back_is_a_page(
    client_aidant: Client,
    projet: Projet,
    partir: Callable[[], str],
    franceconnect: Simulateur,
    settings: Settings,
    panne: str,
) -> None:
    retour = choisir(partir(), USUELLE)
    franceconnect.subir(panne)
    settings.FC_DELAI = 0.5
    verifier_refus(suivre(client_aidant, retour), "indisponible", 503)
    assert personne_n_est_identifie(projet)


def test_wrong_client_secret_is_a_page(
    client_aidant: Client, projet: Projet, partir: Callable[[], str], settings: Settings
) -> None:
    retour = choisir(partir(), USUELLE)
    settings.FC_CLIENT_SECRET = "autre"
    verifier_refus(suivre(client_aidant, retour), "invalide")
    assert personne_n_est_identifie(projet)
