"""The public pages: none missing from the site map, light on the server, kept by caches."""

import gzip

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from aidants_connect.middleware import FRAICHEUR
from aidants_connect.pages_publiques import COMMUNES, PAGES, RUBRIQUES
from tests.acces.roles import tous
from tests.acces.site import SITE as TABLE
from tests.factories import QuestionFrequenteFactory
from tests.routes import ROUTES

pytestmark = pytest.mark.django_db

# What machines read, and a page that only a site's logout leads to.
DES_MACHINES = {
    "preuve_script",
    "sante_journal",
    "sante",
    "openid_configuration",
    "oidc_jwks",
    "oidc_logout",
    "oidc_userinfo",
}
DU_LOGIN = {"mot_de_passe_oublie"}  # one goes there from the login
DE_LA_BASE = {"faq", "statistiques", "langues"}
PRESENTES = {page.route for page in PAGES if page.adresse}
chaque_commune = pytest.mark.parametrize("route", sorted(COMMUNES & PRESENTES))


def test_every_public_page_is_on_the_site_map(client: Client) -> None:
    publiques = {
        nom
        for nom, issues in TABLE.items()
        if issues == tous(200) and nom in ROUTES and not ROUTES[nom].parametres
    }
    assert publiques - DES_MACHINES - DU_LOGIN == PRESENTES
    page = client.get(reverse("plan_du_site")).content.decode()
    for route in PRESENTES:
        assert f'href="{reverse(route)}"' in page.split("<main")[1]


def test_a_page_has_one_place_in_the_list() -> None:
    assert len({page.route for page in PAGES}) == len(PAGES)
    assert sum(len(pages) for pages in RUBRIQUES.values()) == len(PAGES)


@chaque_commune
def test_stranger_costs_no_query_and_gets_no_cookie(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, route: str
) -> None:
    client.get(reverse(route))  # the figures, taken once in five minutes
    with django_assert_num_queries(1 if route in DE_LA_BASE else 0):
        reponse = client.get(reverse(route))
    assert not reponse.cookies
    assert not client.cookies


@chaque_commune
def test_caches_keep_the_page_of_a_stranger(client: Client, route: str) -> None:
    reponse = client.get(reverse(route))
    assert reponse["Cache-Control"] == f"public, max-age={FRAICHEUR}"
    assert "Cookie" in reponse["Vary"]
    inchangee = client.get(reverse(route), headers={"if-none-match": reponse["ETag"]})
    assert (inchangee.status_code, inchangee.content) == (304, b"")
    assert inchangee["ETag"] == reponse["ETag"]


def test_page_is_sent_again_when_it_has_changed(client: Client) -> None:
    avant = client.get(reverse("faq"))["ETag"]
    QuestionFrequenteFactory()
    apres = client.get(reverse("faq"), headers={"if-none-match": avant})
    assert apres.status_code == 200
    assert apres["ETag"] != avant


@chaque_commune
def test_nothing_is_kept_of_who_is_logged_in(client_aidant: Client, route: str) -> None:
    reponse = client_aidant.get(reverse(route), headers={"accept-encoding": "gzip"})
    assert reponse["Cache-Control"] == "no-store"
    assert "ETag" not in reponse
    assert "Content-Encoding" not in reponse
    assert "Mon espace" in reponse.content.decode()


@pytest.mark.parametrize("route", ["connexion", "mon_mandat", "verifier"])
def test_page_with_a_form_is_never_kept(client: Client, route: str) -> None:
    assert client.get(reverse(route))["Cache-Control"] in (
        "no-store",
        "max-age=0, no-cache, no-store, must-revalidate, private",
    )


def test_page_is_compressed_for_who_reads_it_so(client: Client) -> None:
    entiere = client.get(reverse("accueil"))
    reponse = client.get(reverse("accueil"), headers={"accept-encoding": "gzip"})
    assert reponse["Content-Encoding"] == "gzip"
    assert gzip.decompress(reponse.content) == entiere.content
    condition = {"accept-encoding": "gzip", "if-none-match": reponse["ETag"]}
    assert client.get(reverse("accueil"), headers=condition).status_code == 304


def test_page_not_found_is_never_kept(client: Client) -> None:
    assert client.get("/accueil-inconnu/")["Cache-Control"] == "no-store"


@chaque_commune
def test_page_has_one_title_and_its_place(client: Client, route: str) -> None:
    page = client.get(reverse(route)).content.decode()
    assert page.count("<h1") == 1
    assert ('class="fr-breadcrumb"' in page) is (route != "accueil")
    assert reverse("plan_du_site") in page
    assert "non conforme" in page.split("<footer")[1]


# --- Legal pages ----------------------------------------------------------------------------------


MENTIONS = {
    "editeur": "Agence des aidants, 20 avenue de Ségur, Paris",
    "directeur_publication": "Anne Martin",
    "hebergeur": "Hébergeur public, Lille",
    "courriel_contact": "contact@example.org",
    "courriel_dpo": "dpo@example.org",
}


def test_legal_pages_name_who_answers(client: Client, settings: Settings) -> None:
    settings.MENTIONS = MENTIONS
    mentions = client.get(reverse("mentions_legales")).content.decode()
    assert {nom for nom, valeur in MENTIONS.items() if valeur in mentions} == set(MENTIONS) - {
        "courriel_dpo"
    }
    assert "mailto:dpo@example.org" in client.get(reverse("confidentialite")).content.decode()
    assert "mailto:contact@example.org" in client.get(reverse("accessibilite")).content.decode()


def test_demonstration_says_that_it_is_one(client: Client, settings: Settings) -> None:
    settings.MENTIONS = dict.fromkeys(MENTIONS, "")
    for route in ("mentions_legales", "confidentialite", "accessibilite"):
        page = client.get(reverse(route)).content.decode()
        assert "mailto:" not in page
        assert ("Ce site est une démonstration" in page) is (route == "mentions_legales")


def test_privacy_gives_the_durations_of_the_rules(client: Client) -> None:
    page = client.get(reverse("confidentialite")).content.decode()
    assert page.count("6 ans après la fin du mandat") == 2
    assert "<td>1 an</td>" in page


def test_statement_is_dated_and_claims_no_audit(client: Client) -> None:
    page = client.get(reverse("accessibilite")).content.decode()
    for texte in ("non conforme", "aucun audit", "23 novembre 2026", "Défenseur des droits"):
        assert texte in page


def test_terms_carry_their_version(client: Client) -> None:
    assert "Version 2026-11" in client.get(reverse("conditions_utilisation")).content.decode()
