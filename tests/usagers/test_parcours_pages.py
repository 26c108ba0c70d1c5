"""The pages of the parcours: one question each, the answers in the address, no cookie."""

import html
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from aidants.demarches import DEMARCHES
from aidants.models import Aidant
from tests.factories import FournisseurIdentiteFactory, LieuFormationFactory, SiteDemarcheFactory
from usagers.models import PassageParcours
from usagers.parcours import adresses, arbre
from usagers.parcours.arbre import NOEUDS, Question
from usagers.parcours.orientation import PROFILS

pytestmark = pytest.mark.django_db

CHEMINS = ["/".join(chemin) for chemin in arbre.chemins()]
LIGNE = "deces-non/numero-oui/site-oui/compte-oui/acces-oui"
MANDAT = f"logement,social/{LIGNE}/seul-non/choix-mandat"


def lire(client: Client, reponses: str, **parametres: str) -> str:
    reponse = client.get(reverse("parcours_etape", args=[reponses]), parametres)
    assert reponse.status_code == 200
    return html.unescape(reponse.content.decode())


def page_de(client: Client, cle: str) -> str:
    return lire(client, "/".join((adresses.A_PRECISER, *arbre.chemin_vers(cle))))


# --- Each node has its page ---


@pytest.mark.parametrize("cle", NOEUDS)
def test_page_says_its_node(client: Client, cle: str) -> None:
    page, noeud = page_de(client, cle), NOEUDS[cle]
    assert re.findall(r"<h1[^>]*>\s*(.*?)\s*</h1>", page, re.S) == [noeud.texte.titre]
    if isinstance(noeud, Question):
        assert f"Étape {noeud.etape} sur 5" in page
        assert all(reponse.texte.libelle in page for reponse in noeud.reponses)
        assert page.count('class="ac-reponse ') == len(noeud.reponses)
    else:
        lignes = (*noeud.texte.maintenant, *noeud.texte.aidant, *noeud.texte.pourquoi)
        assert all(ligne in page for ligne in lignes)
        assert all(lien.adresse in page for lien in noeud.texte.liens)
        assert noeud.texte.qui in page


@pytest.mark.parametrize("chemin", CHEMINS)
def test_answers_lead_from_page_to_page_to_the_outcome(client: Client, chemin: str) -> None:
    ici = "logement"
    for cle in chemin.split("/"):
        suite = reverse("parcours_etape", args=[f"{ici}/{cle}"])
        assert f'href="{suite}"' in lire(client, ici)
        ici = f"{ici}/{cle}"
    assert "Votre prochaine étape" in lire(client, ici)


@pytest.mark.parametrize(
    "reponses", ["inconnu", "logement/inconnu", "logement/numero-oui", "logement/deces-oui/fin"]
)
def test_unknown_answer_is_not_found(client: Client, reponses: str) -> None:
    assert client.get(reverse("parcours_etape", args=[reponses])).status_code == 404
    for suite in ("parcours_fiche", "parcours_terminer"):
        assert client.post(reverse(suite, args=[reponses])).status_code in (404, 405)
    assert client.get(reverse("parcours_fiche", args=[reponses])).status_code == 404


def test_parcours_that_has_not_ended_has_no_sheet(client: Client) -> None:
    assert client.get(reverse("parcours_fiche", args=["logement"])).status_code == 404
    assert client.post(reverse("parcours_terminer", args=["logement"])).status_code == 404
    assert not PassageParcours.objects.exists()


# --- Nothing is kept, nothing is asked ---

PAGES = [
    reverse("parcours"),
    reverse("parcours") + "?continuer=oui",
    reverse("parcours_arbre"),
    reverse("orientation"),
    reverse("parcours_etape", args=["logement/deces-non"]),
    reverse("parcours_etape", args=[MANDAT]),
    reverse("parcours_affiche", args=["arbre"]),
    reverse("parcours_fiche", args=["logement/deces-oui"]),
]


@pytest.mark.parametrize("adresse", PAGES)
def test_visitor_gets_no_cookie_and_costs_no_query(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, adresse: str
) -> None:
    with django_assert_num_queries(0):
        reponse = client.get(adresse)
    assert reponse.status_code == 200
    assert not reponse.cookies
    assert "Set-Cookie" not in reponse


def test_lists_are_read_once(client: Client, django_assert_num_queries: Any) -> None:
    adresse = reverse("parcours_etape", args=["logement/deces-non/numero-oui/site-oui"])
    with django_assert_num_queries(1):
        client.get(adresse)
        client.get(adresse)


def test_counting_sets_no_cookie_and_asks_for_no_token() -> None:
    client = Client(enforce_csrf_checks=True)
    reponse = client.post(reverse("parcours_terminer", args=["logement/deces-oui"]))
    assert reponse.status_code == 302
    assert not reponse.cookies


# --- The démarches ---


def test_first_page_offers_the_ten_demarches(client: Client) -> None:
    page = client.get(reverse("parcours")).content.decode()
    assert all(f'value="{cle}"' in page for cle in DEMARCHES)


def test_chosen_demarches_go_into_the_address(client: Client) -> None:
    choix = {"demarches": ["logement", "social", "pêche"], "continuer": "oui"}
    reponse = client.get(reverse("parcours"), choix)
    assert reponse["Location"] == reverse("parcours_etape", args=["social,logement"])


def test_nothing_ticked_is_said_and_the_way_on_shown(client: Client) -> None:
    page = client.get(reverse("parcours"), {"continuer": "oui"}).content.decode()
    assert "Aucune démarche n’est cochée" in page
    assert f'href="{reverse("parcours_etape", args=[adresses.A_PRECISER])}"' in page


def test_coming_back_finds_the_demarches_ticked_and_keeps_the_answers(client: Client) -> None:
    page = lire(client, "social,logement/deces-non")
    debut = "/parcours/?demarches=social&demarches=logement&deja=deces-non"
    assert f'href="{debut}"' in page
    retour = client.get(debut).content.decode()
    assert retour.count("checked") == 2
    choix = {"demarches": "logement", "deja": "deces-non", "continuer": "oui"}
    suite = client.get(reverse("parcours"), choix)["Location"]
    assert "Votre réponse tout à l’heure" in client.get(suite).content.decode()


def test_back_shows_the_answer_given_before(client: Client) -> None:
    page = lire(client, "logement/deces-non/numero-oui/site-non")
    avant = "/parcours/logement/deces-non/numero-oui/?deja=site-non"
    assert f'href="{avant}"' in page
    assert client.get(avant).content.decode().count("Votre réponse tout à l’heure") == 1


# --- The outcomes ---


@pytest.mark.parametrize("profil", PROFILS.values(), ids=PROFILS)
def test_profile_reaches_its_bodies(client: Client, profil: Any) -> None:
    page = page_de(client, f"orientation-{profil.cle}")
    assert profil.aller in page
    assert all(organisme.adresse in page for organisme in profil.organismes)


def test_aidant_is_led_to_the_form_with_the_perimeters_ticked(client_aidant: Client) -> None:
    assert "Préparer le mandat" in lire(client_aidant, MANDAT)
    adresse = reverse("parcours_terminer", args=[MANDAT])
    reponse = client_aidant.post(adresse, {"suite": "mandat"})
    assert reponse["Location"] == "/mandats/nouveau/?demarches=social,logement"
    page = client_aidant.get(reponse["Location"]).content.decode()
    cochees = re.findall(r'value="(\w+)"\s+aria-describedby="[\w-]+"\s+checked', page)
    assert cochees == ["social", "logement"]


def test_visitor_is_told_to_see_an_aidant_who_can_log_in(client: Client) -> None:
    page = lire(client, MANDAT)
    assert "Un mandat se signe avec un aidant" in page
    assert "Préparer le mandat" not in page
    assert "/connexion/?next=/mandats/nouveau/%3Fdemarches%3Dsocial,logement" in page


def test_mandat_is_not_a_way_on_from_another_outcome(client_aidant: Client) -> None:
    adresse = reverse("parcours_terminer", args=["logement/deces-oui"])
    reponse = client_aidant.post(adresse, {"suite": "mandat"})
    assert reponse["Location"] == reverse("parcours_fiche", args=["logement/deces-oui"])


# --- The public data ---


def test_sites_are_those_of_the_demarches(client: Client) -> None:
    SiteDemarcheFactory(nom="Site du logement", demarches=["logement"])
    SiteDemarcheFactory(nom="Site de la justice", demarches=["justice"])
    SiteDemarcheFactory(nom="Site caché", demarches=["logement"], actif=False)
    suite = "deces-non/numero-oui/site-non"
    page = lire(client, f"logement/{suite}")
    assert "Site du logement" in page
    assert "Site de la justice" not in page
    assert "Site caché" not in page
    assert "Site de la justice" in lire(client, f"{adresses.A_PRECISER}/{suite}")


@pytest.mark.parametrize("cle", ["compte", "aide-compte", "creer-compte"])
def test_accounts_are_listed_where_one_is_asked(client: Client, cle: str) -> None:
    FournisseurIdentiteFactory(nom="Mon compte", il_faut="Un téléphone")
    page = page_de(client, cle)
    assert "Mon compte" in page
    assert ("Un téléphone" in page) is (cle != "compte")


def test_recovery_links_are_those_of_the_accounts(client: Client) -> None:
    FournisseurIdentiteFactory(recuperation="https://perdu.example.org/")
    FournisseurIdentiteFactory(lien="https://autre.example.org/")
    for cle in ("aide-acces", "retrouver-acces"):
        page = page_de(client, cle)
        assert "https://perdu.example.org/" in page
        assert "https://autre.example.org/" in page


def test_training_places_are_listed(client: Client) -> None:
    LieuFormationFactory(nom="Médiathèque", telephone="02 99 00 00 09")
    page = page_de(client, "apprendre")
    assert "Médiathèque" in page
    assert "02 99 00 00 09" in page


# --- The tree and the orientation ---


def test_tree_page_names_and_links_every_node(client: Client) -> None:
    page = html.unescape(client.get(reverse("parcours_arbre")).content.decode())
    liste = page[page.index('id="texte"') :]
    for noeud in NOEUDS.values():
        assert noeud.texte.titre in liste
        chemin = "/".join((adresses.A_PRECISER, *arbre.chemin_vers(noeud.cle)))
        assert f'href="{reverse("parcours_etape", args=[chemin])}"' in liste


def test_picture_has_a_title_a_description_and_the_words_of_every_node(client: Client) -> None:
    page = html.unescape(client.get(reverse("parcours_arbre")).content.decode())
    dessin = page[page.index('<svg class="ac-dessin"') :]
    dessin = dessin[: dessin.index("</svg>")]
    assert 'role="img"' in dessin
    assert re.search(r"<title id=.*?>\w", dessin)
    lu = " ".join(re.findall(r"<text class=.*?>(.*?)</text>", dessin))
    assert all(noeud.texte.titre in lu for noeud in NOEUDS.values())
    assert " style=" not in dessin


def test_orientation_names_every_profile(client: Client) -> None:
    page = html.unescape(client.get(reverse("orientation")).content.decode())
    for profil in PROFILS.values():
        assert profil.titre in page
        assert profil.aller in page
        assert all(organisme.adresse in page for organisme in profil.organismes)


def test_aidant_keeps_their_menu(client_aidant: Client, aidant: Aidant) -> None:
    assert aidant.structures().get().nom in lire(client_aidant, "logement")
