"""Rows of delegation that no other test names: what is not in the mandat, who left, what stays."""

import pytest
from django.test import Client

from fournisseur_identite.models import Connexion
from mandats.models import Autorisation
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
