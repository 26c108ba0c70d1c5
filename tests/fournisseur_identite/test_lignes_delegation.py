"""Rows of delegation that no other test names: what is not in the mandat, who left, what stays."""

from dataclasses import replace

import pytest
from django.test import Client

from fournisseur_identite.models import Connexion
from mandats.models import Autorisation
from tests.factories import FournisseurServiceFactory
from tests.fournisseur_identite.flux import Flux
from tests.fournisseur_identite.test_delegation import confirmation, demander

pytestmark = pytest.mark.django_db
ARGENT = {"claims": '{"id_token": {"rep_scope": {"values": ["argent"]}}}'}


def test_demarche_that_is_not_in_the_mandat(flux: Flux, autorisation: Autorisation) -> None:
    flux.fs.demarches = ["argent", "logement"]
    flux.fs.save()
    demande = demander(flux, **ARGENT)
    page = flux.client.get(f"/oidc/demandes/{demande.pk}/").content.decode()
    assert autorisation.mandat.usager.nom not in page
    flux.client.post(confirmation(demande, autorisation))
    assert not Connexion.objects.exists()


def test_aidant_who_logged_out_on_the_way(flux: Flux, autorisation: Autorisation) -> None:
    demande = demander(flux)
    flux.client.post("/deconnexion/")
    reponse = flux.client.post(confirmation(demande, autorisation))
    assert reponse["Location"].startswith("/connexion/")
    assert not Connexion.objects.exists()


def test_logging_out_of_the_site_is_advised(
    flux: Flux, flux_franceconnect: Flux, autorisation: Autorisation
) -> None:
    """FranceConnect keeps its session: another site would open for the same person, unasked."""
    for fc, chez in ((False, flux), (True, flux_franceconnect)):
        page = chez.client.get(confirmation(demander(chez), autorisation)).content.decode()
        assert "déconnectez-vous du service" in page
        assert ("FranceConnect garde" in page) is fc


def test_stranger_learns_nothing_of_a_request(flux: Flux, autorisation: Autorisation) -> None:
    demande = demander(flux)
    reponse = Client().get(confirmation(demande, autorisation))
    assert reponse.status_code == 302
    assert autorisation.mandat.usager.nom not in reponse.content.decode()


def test_code_on_its_way_dies_with_the_aidant_s_session(
    flux: Flux, autorisation: Autorisation
) -> None:
    code = flux.code(autorisation)
    flux.client.post("/deconnexion/")
    assert flux.echanger(code).json()["error"] == "invalid_grant"
    assert Connexion.objects.get().fermee_le is not None


def test_what_was_exchanged_outlives_the_aidant_s_session(
    flux: Flux, autorisation: Autorisation
) -> None:
    """The usager's session at the site is the site's own."""
    jetons = flux.echanger(flux.code(autorisation)).json()
    flux.client.post("/deconnexion/")
    assert flux.identite(jetons["access_token"]).status_code == 200


def test_code_on_its_way_dies_with_a_logout_of_the_same_site(
    flux: Flux, autorisation: Autorisation
) -> None:
    jetons = flux.echanger(flux.code(autorisation)).json()
    suivant = replace(flux, verifier="v" * 43, state="e" * 32, nonce="n" * 32)
    code = suivant.code(autorisation)
    flux.client.get("/oidc/logout", {"id_token_hint": jetons["id_token"]})
    assert suivant.echanger(code).json()["error"] == "invalid_grant"


def test_nor_does_it_die_with_a_logout_of_another_site(
    flux: Flux, autorisation: Autorisation
) -> None:
    autre = FournisseurServiceFactory()
    ailleurs = Flux(flux.client, autre, autre.poser_secret())
    autre.save()
    jetons = flux.echanger(flux.code(autorisation)).json()
    code = ailleurs.code(autorisation)
    flux.client.get("/oidc/logout", {"id_token_hint": jetons["id_token"]})
    assert ailleurs.echanger(code).status_code == 200
