"""For whom an aidant acts: what the page says, with people, without any, after a search."""

from mandats.models import Autorisation, Mandat
from tests.fournisseur_identite.flux import Flux
from usagers.models import Usager


def page_du_choix(flux: Flux, **requete: str) -> str:
    reponse = flux.client.get(flux.demander()["Location"], requete)
    return " ".join(reponse.content.decode().replace("&nbsp;", " ").split())


def test_people_who_can_be_helped_are_counted(flux: Flux, mandat: Mandat) -> None:
    Usager.objects.update(date_naissance="1962-00-00")
    page = page_du_choix(flux)
    assert "1 personne peut être aidée ici." in page
    assert "Née en 1962 (jour et mois inconnus)" in page


def test_search_without_result_says_to_change_the_words(flux: Flux, mandat: Mandat) -> None:
    page = page_du_choix(flux, q="xyz")
    assert "Aucune personne trouvée pour « xyz »." in page
    assert "Essayez avec moins de lettres" in page
    assert "Il faut un mandat en cours" not in page


def test_without_mandat_the_page_leads_to_a_new_one(flux: Flux) -> None:
    page = page_du_choix(flux)
    assert "Il faut un mandat en cours" in page
    assert "?demarches=" in page


def test_one_demarche_leads_straight_to_the_confirmation(
    flux: Flux, autorisation: Autorisation
) -> None:
    _demander(flux, "logement")
    assert f"/autorisations/{autorisation.pk}/" in page_du_choix(flux)


def test_two_lead_to_the_choice_of_the_demarche(flux: Flux, mandat: Mandat) -> None:
    _demander(flux, "logement", "social")
    page = page_du_choix(flux)
    assert f"/usagers/{mandat.usager_id}/" in page
    assert "/autorisations/" not in page


def _demander(flux: Flux, *demarches: str) -> None:
    flux.fs.demarches = list(demarches)
    flux.fs.save(update_fields=["demarches"])
