"""The list of people by the state of their mandat: the filters follow the badges, and stay."""

import pytest
from django.test import Client
from django.urls import reverse

from aidants.models import Structure
from mandats.annuaire import FILTRES
from tests.factories import MandatFactory, UsagerFactory

BADGES = {
    "": {"actif", "bientot", "expire", "revoque"},
    "actifs": {"actif", "bientot"},
    "bientot": {"bientot"},
    "termines": {"expire", "revoque"},
}


@pytest.fixture
def gens(structure: Structure) -> None:
    """One person of each state; three of two mandats; one whose other mandat is elsewhere."""
    for traits in ({}, {"bientot": True}, {"expire": True}, {"revoque": True}):
        MandatFactory(structure=structure, **traits)
    ancien_et_neuf = MandatFactory(structure=structure, expire=True).usager
    MandatFactory(structure=structure, usager=ancien_et_neuf, demarches=["argent"])
    proche_et_lointain = MandatFactory(structure=structure, bientot=True).usager
    MandatFactory(structure=structure, usager=proche_et_lointain, demarches=["argent"])
    proche_et_retire = MandatFactory(structure=structure, bientot=True).usager
    MandatFactory(structure=structure, usager=proche_et_retire, revoque=True)
    MandatFactory(usager=MandatFactory(structure=structure, revoque=True).usager)


def lignes(client: Client, **requete: str) -> dict[str, str]:
    page = client.get(reverse("usagers"), requete)
    return {str(usager.pk): etat for usager, etat in page.context["lignes"]}


def test_every_filter_is_here() -> None:
    assert set(FILTRES) == set(BADGES)


@pytest.mark.parametrize("filtre", BADGES)
def test_filter_gives_the_people_of_its_badges(
    client_aidant: Client, gens: None, filtre: str
) -> None:
    toutes = lignes(client_aidant)
    attendues = {cle: etat for cle, etat in toutes.items() if etat in BADGES[filtre]}
    assert set(attendues.values()) == BADGES[filtre]
    assert lignes(client_aidant, filtre=filtre) == attendues


def test_unknown_filter_shows_everybody(client_aidant: Client, gens: None) -> None:
    assert lignes(client_aidant, filtre="x") == lignes(client_aidant)


def test_search_and_pages_keep_the_filter(client_aidant: Client, structure: Structure) -> None:
    for rang in range(21):
        MandatFactory(structure=structure, usager=UsagerFactory(nom=f"PAYET{rang}"), expire=True)
    MandatFactory(structure=structure, usager=UsagerFactory(nom="PAYET"))
    page = client_aidant.get(reverse("usagers"), {"filtre": "termines", "q": "payet", "page": "2"})
    texte = page.content.decode()
    assert page.context["nombre"] == 21
    assert len(page.context["lignes"]) == 1
    assert '<input type="hidden" name="filtre" value="termines">' in texte
    assert 'href="?filtre=termines&amp;q=payet&amp;page=1"' in texte
    assert 'href="?filtre=actifs&amp;q=payet"' in texte
    assert 'href="?q=payet"' in texte


def test_empty_filter_leads_back_to_everybody(client_aidant: Client, structure: Structure) -> None:
    MandatFactory(structure=structure)
    texte = client_aidant.get(reverse("usagers"), {"filtre": "termines"}).content.decode()
    assert "Aucune personne dans ce cas" in texte
    assert "Voir toutes les personnes" in texte
