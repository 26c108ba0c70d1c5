"""The aidant's home and lists: the structure's own, searched, cut in pages, without what is old."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from aidants.models import Aidant, Structure
from journal.models import Entree
from mandats.models import Autorisation, Mandat
from mandats.views.listes import PAR_PAGE
from tests.factories import AppartenanceFactory, MandatFactory, ProjetFactory, UsagerFactory
from tests.mandats.test_mes_mandats import utiliser


def usager_nomme(prenoms: str, nom: str) -> Any:
    return UsagerFactory(prenoms=prenoms, nom=nom)


def personnes(client: Client, **requete: Any) -> list[str]:
    page = client.get(reverse("usagers"), requete)
    return [usager.nom for usager, _ in page.context["lignes"]]


def mandats(client: Client, **requete: Any) -> list[Mandat]:
    return list(client.get(reverse("mandats"), requete).context["page_obj"])


# --- Search ---


@pytest.fixture
def trois(structure: Structure) -> dict[str, Mandat]:
    gens = [("Hélène", "L'HÉRITIER"), ("Élodie", "MÜLLER"), ("Jean-Noël", "PAYET")]
    return {
        nom: MandatFactory(structure=structure, usager=usager_nomme(prenoms, nom))
        for prenoms, nom in gens
    }


@pytest.mark.parametrize(
    "termes", ["heritier", "Hélène", "HELENE L'HERITIER", "héri lène", "lheritier", "LHÉ"]
)
def test_people_are_found_whatever_the_accents(
    client_aidant: Client, trois: dict[str, Mandat], termes: str
) -> None:
    assert personnes(client_aidant, q=termes) == ["L'HÉRITIER"]
    assert mandats(client_aidant, q=termes) == [trois["L'HÉRITIER"]]


def test_people_are_in_the_order_of_names(client_aidant: Client, trois: dict[str, Mandat]) -> None:
    assert personnes(client_aidant) == ["L'HÉRITIER", "MÜLLER", "PAYET"]


def test_name_that_changes_is_found_and_listed_under_the_new_one(
    client_aidant: Client, trois: dict[str, Mandat]
) -> None:
    usager = trois["MÜLLER"].usager
    usager.nom, usager.nom_usage = "ZOLA", "ABADIE"
    usager.save()
    assert Autorisation.objects.reclasser(usager) == trois["MÜLLER"].autorisations.count()
    assert Autorisation.objects.reclasser(usager) == 0
    assert personnes(client_aidant) == ["L'HÉRITIER", "PAYET", "ZOLA"]
    assert personnes(client_aidant, q="abadie élo") == ["ZOLA"]
    assert mandats(client_aidant, q="zola") == [trois["MÜLLER"]]
    assert not personnes(client_aidant, q="muller")


def test_person_whose_name_is_being_changed_is_listed_once(
    client_aidant: Client, structure: Structure
) -> None:
    mandat = MandatFactory(structure=structure, demarches=["logement", "papiers"])
    Autorisation.objects.filter(mandat=mandat, demarche="papiers").update(classement="autre")
    assert personnes(client_aidant) == [mandat.usager.nom]


def test_mandat_is_found_by_its_reference(client_aidant: Client, trois: dict[str, Mandat]) -> None:
    cherche = trois["MÜLLER"]
    for termes in (cherche.reference, cherche.reference.lower(), cherche.reference[3:7]):
        assert mandats(client_aidant, q=termes) == [cherche]


@pytest.mark.parametrize("termes", ["dubois", "%", "zzz' OR 1=1 --"])
def test_search_without_result_is_a_page(
    client_aidant: Client, trois: dict[str, Mandat], termes: str
) -> None:
    for route in ("usagers", "mandats"):
        reponse = client_aidant.get(reverse(route), {"q": termes})
        assert reponse.status_code == 200
        assert reponse.context["nombre"] == (3 if termes == "%" else 0)


@pytest.mark.parametrize("requete", [{"q": "\x00"}, {"q": "x" * 101}, {"page": "x"}])
@pytest.mark.parametrize("route", ["usagers", "mandats"])
def test_strange_request_is_no_error(
    client_aidant: Client, route: str, requete: dict[str, str]
) -> None:
    assert client_aidant.get(reverse(route), requete).status_code == 200


# --- Pages ---


@pytest.mark.parametrize(
    ("page", "attendus"), [(1, PAR_PAGE), (2, 3), (99, 3), ("", PAR_PAGE), (-1, 3)]
)
def test_lists_are_cut_in_pages(
    client_aidant: Client, structure: Structure, page: Any, attendus: int
) -> None:
    MandatFactory.create_batch(PAR_PAGE + 3, structure=structure)
    assert len(personnes(client_aidant, page=page)) == attendus
    assert len(mandats(client_aidant, page=page)) == attendus


def test_pages_keep_the_search(client_aidant: Client, structure: Structure) -> None:
    MandatFactory.create_batch(PAR_PAGE + 1, structure=structure)
    texte = client_aidant.get(reverse("usagers"), {"q": "dubois"}).content.decode()
    assert "?q=dubois&amp;page=2" in texte


def test_person_of_two_mandats_is_listed_once(client_aidant: Client, structure: Structure) -> None:
    mandat = MandatFactory(structure=structure)
    MandatFactory(structure=structure, usager=mandat.usager, demarches=["argent"])
    assert personnes(client_aidant) == [mandat.usager.nom]
    assert len(mandats(client_aidant)) == 2


# --- States, and what is too old ---


@pytest.mark.parametrize(
    ("traits", "etat"),
    [
        ({}, "actif"),
        ({"bientot": True}, "bientot"),
        ({"expire": True}, "expire"),
        ({"revoque": True}, "revoque"),
    ],
)
def test_each_state_is_told(
    client_aidant: Client, structure: Structure, traits: dict[str, bool], etat: str
) -> None:
    mandat = MandatFactory(structure=structure, **traits)
    lignes = client_aidant.get(reverse("usagers")).context["lignes"]
    assert [ligne[1] for ligne in lignes] == [etat]
    assert [m.etat for m in mandats(client_aidant)] == [etat]
    fiche = client_aidant.get(reverse("usager", args=[mandat.usager_id]))
    assert bool(fiche.context["actifs"]) is (etat in ("actif", "bientot"))
    assert bool(fiche.context["passes"]) is (etat in ("expire", "revoque"))


def test_best_state_of_several_mandats_is_told(client_aidant: Client, structure: Structure) -> None:
    mandat = MandatFactory(structure=structure, revoque=True)
    MandatFactory(structure=structure, usager=mandat.usager, bientot=True)
    MandatFactory(usager=mandat.usager)
    lignes = client_aidant.get(reverse("usagers")).context["lignes"]
    assert [ligne[1] for ligne in lignes] == ["bientot"]


def test_mandats_ended_more_than_a_year_ago_are_hidden(
    client_aidant: Client, structure: Structure
) -> None:
    mandat = MandatFactory(structure=structure, ancien=True)
    assert not personnes(client_aidant)
    assert not mandats(client_aidant)
    fiche = reverse("usager", args=[mandat.usager_id])
    assert client_aidant.get(fiche).status_code == 404


def test_home_shows_what_waits(client_aidant: Client, aidant: Aidant, structure: Structure) -> None:
    projet = ProjetFactory(aidant=aidant, structure=structure)
    ProjetFactory(aidant=aidant, structure=structure, expire=True)
    ProjetFactory(structure=structure)
    mandat = MandatFactory(structure=structure, bientot=True)
    contexte = client_aidant.get(reverse("espace")).context
    assert contexte["projets"] == [projet]
    assert contexte["bientot"] == [mandat]
    assert contexte["recents"] == [(mandat.usager, "bientot")]


# --- The structure's own ---


@pytest.mark.parametrize("route", ["mandat", "mandat_fait", "mandat_pdf", "mandat_revocation"])
def test_mandat_of_another_structure_is_not_found(client_aidant: Client, route: str) -> None:
    autre = MandatFactory()
    reponse = client_aidant.get(reverse(route, args=[autre.pk]))
    assert reponse.status_code == 404
    assert autre.usager.nom not in reponse.content.decode()


def test_person_of_another_structure_is_not_found(client_aidant: Client) -> None:
    autre = MandatFactory()
    reponse = client_aidant.get(reverse("usager", args=[autre.usager_id]))
    assert reponse.status_code == 404


def test_lists_hold_nothing_of_other_structures(client_aidant: Client) -> None:
    MandatFactory()
    assert not personnes(client_aidant)
    assert not mandats(client_aidant)
    contexte = client_aidant.get(reverse("espace")).context
    assert contexte["recents"] == contexte["bientot"] == contexte["projets"] == []


def test_page_of_a_person_holds_nothing_of_other_structures(
    client_aidant: Client, structure: Structure
) -> None:
    mandat = MandatFactory(structure=structure)
    ailleurs = MandatFactory(usager=mandat.usager)
    utiliser(mandat, "Site d’ici")
    utiliser(ailleurs, "Site d’ailleurs")
    page = client_aidant.get(reverse("usager", args=[mandat.usager_id]))
    texte = page.content.decode()
    assert page.context["actifs"] == [mandat]
    assert "Site d’ici" in texte
    assert "Site d’ailleurs" not in texte
    assert ailleurs.structure.nom not in texte


def test_lists_follow_the_current_structure(client_aidant: Client, aidant: Aidant) -> None:
    autre = AppartenanceFactory(aidant=aidant).structure
    mandat = MandatFactory(structure=autre)
    assert mandats(client_aidant) == []
    client_aidant.post(reverse("changer_structure"), {"structure": str(autre.pk)})
    assert mandats(client_aidant) == [mandat]


def test_aidant_who_left_sees_nothing_more(
    client_aidant: Client, aidant: Aidant, structure: Structure
) -> None:
    mandat = MandatFactory(structure=structure)
    aidant.appartenances.update(fin=timezone.now())
    reponse = client_aidant.get(reverse("mandat", args=[mandat.pk]))
    assert reponse.status_code == 403
    assert mandat.usager.nom not in reponse.content.decode()


# --- The page of a mandat ---


def test_page_of_a_mandat_tells_its_story(client_aidant: Client, signe: Mandat) -> None:
    signe.revoquer(par=signe.usager.auteur, demarches=["social"])
    page = client_aidant.get(reverse("mandat", args=[signe.pk]))
    assert len(page.context["lignes"]) == Entree.objects.count() == 4
    assert signe.reference in page.content.decode()
