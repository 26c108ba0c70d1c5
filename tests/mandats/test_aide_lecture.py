"""The mandat read in another language: beside the French that is signed, never in its place."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from aidants_connect.lecture import AVIS_RELIRE, AVIS_VALEUR
from aidants_connect.models import Traduction
from mandats.forms.signature import ERREURS, SignatureForm
from mandats.models import Projet
from tests.mandats.gestes import poster_signature

pytestmark = pytest.mark.django_db
FRANCAIS = [
    "à faire ces démarches en ligne à ma place, et pas d’autres.",
    "Je donne à l’aidant des informations vraies.",
    "Je peux voir chaque utilisation du mandat.",
    *(
        SignatureForm.base_fields[nom].label or ""
        for nom in ("capacite", "autorise", "engage", "donnees")
    ),
]


def lire(client: Client, projet: Projet, suite: str = "?langue=ar") -> str:
    adresse = reverse("projet_signature", args=[projet.pk])
    return client.get(f"{adresse}{suite}").content.decode().split("<main")[1]


def traduite(cle: str) -> str:
    return Traduction.objects.get(cle=cle, langue="ar").texte


def test_every_statement_stays_in_french_with_its_translation_beside(
    client_aidant: Client, projet: Projet
) -> None:
    page = lire(client_aidant, projet)
    for texte in FRANCAIS:
        assert escape(texte) in page
    for cle in (
        "signature.engage.vrai", "signature.assure.voir", "signature.capacite",
        "signature.declare.donnees", "demarche.logement.titre", "duree.31",
        "signature.titre", "signature.projet", "signature.qui", "signature.quoi", "signature.fin",
        "signature.demarches", "signature.repond", "signature.capacite.oui",
        "signature.capacite.non", "signature.signe", "signature.nom", "signature.nom.aide",
        "signature.dessin", "signature.revient", "signature.effet", "signature.signes",
    ):  # fmt: skip
        balise = f'<span class="ac-traduction" lang="ar" dir="rtl">{escape(traduite(cle))}</span>'
        assert balise in page


def test_structure_is_named_in_the_translation(client_aidant: Client, projet: Projet) -> None:
    phrase = traduite("signature.autorise.structure")
    nom = f"\u2068{projet.structure.nom}\u2069"
    assert escape(phrase.replace("{structure}", nom)) in lire(client_aidant, projet)


def test_reading_aid_says_what_it_is_worth(client_aidant: Client, projet: Projet) -> None:
    page = lire(client_aidant, projet)
    for texte in (AVIS_VALEUR, AVIS_RELIRE, traduite("avis.valeur"), traduite("avis.relire")):
        assert escape(texte) in page


@pytest.mark.parametrize("suite", ["", "?langue=", "?langue=xx", "?langue=<script>"])
def test_page_is_french_alone_otherwise(client_aidant: Client, projet: Projet, suite: str) -> None:
    page = lire(client_aidant, projet, suite)
    assert "ac-traduction" not in page
    assert AVIS_VALEUR not in page
    assert "?langue=ar#langues" in page


def test_missing_statement_keeps_its_french_and_says_so(
    client_aidant: Client, projet: Projet
) -> None:
    Traduction.objects.filter(cle="signature.assure.voir", langue="ar").delete()
    page = lire(client_aidant, projet)
    assert f'mandat.<span class="ac-manque" lang="ar" dir="rtl">({traduite("avis.manque")})' in page


def test_form_refused_comes_back_in_the_same_language(
    client_aidant: Client, projet: Projet
) -> None:
    adresse = reverse("projet_signature", args=[projet.pk]) + "?langue=ar"
    assert f'action="{adresse}"' in lire(client_aidant, projet)
    page = client_aidant.post(adresse, {}).content.decode()
    assert traduite("signature.capacite") in page


def test_what_is_wrong_is_told_in_both_languages(client_aidant: Client, projet: Projet) -> None:
    adresse = reverse("projet_signature", args=[projet.pk]) + "?langue=ar"
    saisie = {"capacite": "non", "nom_ecrit": "Jean Dupont"}
    page = client_aidant.post(adresse, saisie).content.decode()
    nom = f"\u2068{projet.usager.nom_court if projet.usager else ''}\u2069"
    assert escape(traduite("signature.erreur.nom_ecrit.autre").replace("{nom}", nom)) in page
    for cle in ("capacite.non_capable", "autorise.required", "engage.required", "donnees.required"):
        assert escape(ERREURS[cle]) in page
        assert escape(traduite(f"signature.erreur.{cle}")) in page


def test_summary_of_errors_is_told_in_both_languages(client_aidant: Client, projet: Projet) -> None:
    adresse = reverse("projet_signature", args=[projet.pk])
    for suite, avec in (("?langue=ar", True), ("", False)):
        page = client_aidant.post(adresse + suite, {"capacite": "non"}).content.decode()
        resume = page.split('id="erreurs"')[1].split("</ul>")[0]
        nombre = re.search(r"Corrigez (\d+) erreurs", resume)
        titre = traduite("signature.erreurs").replace(
            "{nombre}", f"\u2068{nombre and nombre[1]}\u2069"
        )
        assert (escape(titre) in resume) is avec
        for cle in ("capacite.non_capable", "autorise.required", "nom_ecrit.required"):
            assert escape(ERREURS[cle]) in resume
            assert (escape(traduite(f"signature.erreur.{cle}")) in resume) is avec


def test_answer_is_named_by_both_languages(client_aidant: Client, projet: Projet) -> None:
    """The translation is in the label of the answer: a screen reader says it with the French."""
    etiquettes = re.findall(
        r"<label[^>]*id_capacite_.*?</label>", lire(client_aidant, projet), re.S
    )
    for etiquette, nom in zip(etiquettes, ("oui", "non"), strict=True):
        assert nom.capitalize() in etiquette
        assert escape(traduite(f"signature.capacite.{nom}")) in etiquette


def test_choosing_a_language_does_not_change_what_is_signed(
    client_aidant: Client, projet: Projet, code: str
) -> None:
    lire(client_aidant, projet)
    assert poster_signature(client_aidant, projet, code).status_code == 302
