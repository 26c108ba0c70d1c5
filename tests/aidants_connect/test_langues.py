"""The explaining pages in other languages: complete, marked, French when short."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from pytest_django import DjangoAssertNumQueries

from aidants_connect import textes
from aidants_connect.catalogue import sources
from aidants_connect.langues import LANGUES
from aidants_connect.lecture import (
    AVIS_INCOMPLETE,
    AVIS_RELIRE,
    AVIS_VALEUR,
    empreinte,
    remplir,
    valeurs_de,
)
from aidants_connect.middleware import FRAICHEUR
from aidants_connect.models import Traduction
from aidants_connect.pages_traduites import PAR_NOM
from tests.factories import AidantFactory, VideoSignesFactory

pytestmark = pytest.mark.django_db
chaque_langue = pytest.mark.parametrize("langue", LANGUES)
chaque_page = pytest.mark.parametrize("page", PAR_NOM)
livrees = pytest.mark.parametrize("langue", textes.livrees())


def lire(client: Client, langue: str = "ar", page: str = "ce-que-je-signe") -> str:
    texte = client.get(reverse("page_traduite", args=[langue, page])).content.decode()
    return texte.split("<main")[1].split("</main")[0]


def ecrire(cle: str, texte: str, langue: str = "ar") -> None:
    assert Traduction.objects.filter(cle=cle, langue=langue).update(texte=texte) == 1


def relire_tout(langue: str = "ar") -> None:
    relues = {"etat": "relue", "relue_par": AidantFactory(), "relue_le": timezone.now()}
    Traduction.objects.filter(langue=langue).update(**relues)


# --- What is delivered ----------------------------------------------------------------------------


@livrees
def test_delivered_language_has_every_block_of_the_pages_as_they_are(langue: str) -> None:
    """A French text that changes is translated again, or taken out of the file."""
    blocs = textes.lire(langue)
    assert {cle: bloc["source"] for cle, bloc in blocs.items()} == {
        cle: empreinte(source) for cle, source in sources().items()
    }
    for cle, bloc in blocs.items():
        assert bloc["texte"].strip()
        assert valeurs_de(bloc["texte"]) == valeurs_de(sources()[cle])


def test_every_delivered_language_is_offered() -> None:
    assert set(textes.livrees()) <= set(LANGUES)


@livrees
def test_delivered_texts_are_all_to_be_reviewed(langue: str) -> None:
    lues = Traduction.objects.filter(langue=langue)
    assert lues.count() == len(sources())
    assert not lues.exclude(etat="a_relire", relue_par=None).exists()


def test_loading_again_keeps_what_the_supervision_wrote() -> None:
    ecrire("je_signe.titre", "غيره")
    textes.charger(Traduction, timezone.now())
    assert Traduction.objects.get(cle="je_signe.titre", langue="ar").texte == "غيره"


# --- What a page says of itself -------------------------------------------------------------------


@chaque_langue
@chaque_page
def test_page_is_in_its_language_and_direction(client: Client, langue: str, page: str) -> None:
    texte = lire(client, langue, page)
    sens = "rtl" if langue in ("ar", "fa-AF", "ps") else "ltr"
    assert re.search(rf'<div class="ac-traduite"\s+lang="{langue}"\s+dir="{sens}"', texte)
    assert texte.count("<h1") == 1
    assert AVIS_VALEUR in texte


@livrees
@chaque_page
def test_page_says_in_both_languages_that_a_machine_wrote_it(
    client: Client, langue: str, page: str
) -> None:
    texte = lire(client, langue, page)
    for cle, avis in (("avis.valeur", AVIS_VALEUR), ("avis.relire", AVIS_RELIRE)):
        assert escape(Traduction.objects.get(cle=cle, langue=langue).texte) in texte
        assert avis in texte
    assert AVIS_INCOMPLETE not in texte


def test_reviewed_page_has_no_legal_value_either(client: Client) -> None:
    relire_tout()
    texte = lire(client)
    assert AVIS_VALEUR in texte
    assert AVIS_RELIRE not in texte


def test_french_that_changed_makes_a_translation_to_review_again(client: Client) -> None:
    relire_tout()
    Traduction.objects.filter(cle="je_signe.titre", langue="ar").update(source="autre")
    assert AVIS_RELIRE in lire(client)


def test_missing_text_is_french_and_says_so(client: Client) -> None:
    Traduction.objects.filter(cle="je_signe.exclus.mineur", langue="ar").delete()
    texte = lire(client)
    manque = Traduction.objects.get(cle="avis.manque", langue="ar").texte
    francais = '<span lang="fr" dir="ltr">Une personne mineure.</span>'
    assert f'{francais} <span class="ac-manque" lang="ar" dir="rtl">({manque})</span>' in texte
    assert AVIS_INCOMPLETE in texte


def test_language_without_a_text_is_all_french(client: Client) -> None:
    Traduction.objects.filter(langue="ar").delete()
    texte = lire(client)
    assert '<span lang="fr" dir="ltr">Ce que je signe</span>' in texte
    assert "(Texte pas encore traduit.)" in texte
    assert AVIS_INCOMPLETE in texte


def test_hostile_translation_is_text(client: Client) -> None:
    for cle in ("je_signe.titre", "avis.valeur"):
        ecrire(cle, "<script>alert(1)</script>{structure}")
    texte = lire(client)
    assert "<script" not in texte
    assert texte.count("&lt;script&gt;") == 2


def test_value_put_in_an_arabic_sentence_keeps_its_direction() -> None:
    assert remplir("مؤسسة {structure}.", {"structure": "CCAS"}, isoler=True) == (
        "مؤسسة \u2068CCAS\u2069."
    )


# --- Addresses, languages, caches -----------------------------------------------------------------


@chaque_page
def test_every_page_offers_every_language_in_its_own_name(client: Client, page: str) -> None:
    for texte in (lire(client, "ar", page), francais(client, page)):
        for langue in LANGUES.values():
            adresse = reverse("page_traduite", args=[langue.code, page])
            lien = rf'href="{adresse}"\s+lang="{langue.code}"[^>]*>{langue.nom}</a>'
            assert re.search(lien, texte)


def francais(client: Client, page: str) -> str:
    return client.get(reverse(PAR_NOM[page].route)).content.decode()


@chaque_page
def test_french_page_shows_its_blocks_and_no_notice(client: Client, page: str) -> None:
    texte = francais(client, page)
    for trace in (AVIS_VALEUR, "ac-traduite", "ac-manque", "{structure}"):
        assert trace not in texte


def test_links_stay_in_the_language(client: Client) -> None:
    assert reverse("page_traduite", args=["ar", "les-demarches"]) in lire(client, page="accueil")


@pytest.mark.parametrize("adresse", ["fr/accueil", "de/accueil", "ar/faq", "AR/accueil"])
def test_unknown_language_or_page_does_not_exist(client: Client, adresse: str) -> None:
    assert client.get(f"/langues/{adresse}/").status_code == 404


def test_stranger_costs_one_query_and_caches_keep_the_page(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        reponse = client.get(reverse("page_traduite", args=["ar", "accueil"]))
    assert reponse["Cache-Control"] == f"public, max-age={FRAICHEUR}"
    assert reponse["ETag"]
    assert not reponse.cookies


def test_video_in_signs_is_shown_only_where_there_is_one(client: Client) -> None:
    assert "en langue des signes" not in client.get(reverse("langues")).content.decode()
    VideoSignesFactory(page="je_signe", adresse="https://video.example.org/1")
    VideoSignesFactory(page="accueil", adresse="")
    texte = client.get(reverse("langues")).content.decode()
    assert 'href="https://video.example.org/1"' in texte
    assert texte.count("en langue des signes</a>") == 1


@chaque_page
def test_every_page_leads_to_its_signs_and_asks_the_database_nothing(
    client: Client, page: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    signes = reverse("page_en_signes", args=[page])
    with django_assert_num_queries(0):
        assert f'href="{signes}"' in francais(client, page)
    assert client.get(signes)["Location"] == reverse("langues") + "#signes"
    VideoSignesFactory(page=PAR_NOM[page].route, adresse="https://video.example.org/2")
    assert client.get(signes)["Location"] == "https://video.example.org/2"


@chaque_page
def test_search_engines_are_told_of_every_language(client: Client, page: str) -> None:
    lien = re.compile(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">')
    racine, francaise = settings.SITE_URL, reverse(PAR_NOM[page].route)
    attendus = {code: racine + PAR_NOM[page].adresse(la) for code, la in LANGUES.items()}
    attendus |= dict.fromkeys(("fr", "x-default"), racine + francaise)
    for adresse in (francaise, reverse("page_traduite", args=["ar", page])):
        assert dict(lien.findall(client.get(adresse).content.decode())) == attendus
    assert not lien.search(client.get(reverse("faq")).content.decode())
