"""The page where the mandat is read together and signed: what it refuses, and what it keeps."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from aidants.models import Aidant, AppareilTotp, Structure
from journal.models import Entree
from mandats.forms.signature import NON_CAPABLE
from mandats.models import Mandat, Projet
from mandats.signature import POINTS_MAX, TRAITS_MAX, TraceInvalide, lire_trace
from mandats.views.signature import CODE_REFUSE
from tests.clients_http import ouvrir_session
from tests.factories import AppartenanceFactory, ProjetFactory
from tests.mandats.gestes import poster_signature

POINT = [10, 10]
HOSTILES = [
    "{",
    "null",
    "1",
    '"trait"',
    '{"a": 1}',
    "[1, 2]",
    "[[1, 2]]",
    "[[[1]]]",
    "[[[1, 2, 3]]]",
    '[[["1", "2"]]]',
    "[[[true, false]]]",
    "[[[1.5, 2]]]",
    "[[[NaN, 2]]]",
    "[[[1e400, 2]]]",
    "[[[-1, 2]]]",
    "[[[1, 1001]]]",
    "[[[null, null]]]",
    "[" * 100_000,
    "9" * 10_000,
    json.dumps([[POINT, POINT]] * (TRAITS_MAX + 1)),
    json.dumps([[POINT] * (POINTS_MAX + 1)]),
]


def test_drawing_signs_and_leads_to_the_paper(
    client_aidant: Client, projet: Projet, code: str
) -> None:
    reponse = poster_signature(client_aidant, projet, code)
    mandat = Mandat.objects.get()
    assert reponse["Location"] == reverse("mandat_fait", args=[mandat.pk])
    assert mandat.signature_trace == [[[100, 100], [400, 300]]]
    assert client_aidant.get(reponse["Location"]).status_code == 200


def test_name_written_signs_as_well(client_aidant: Client, projet: Projet, code: str) -> None:
    assert projet.usager
    nom = f"angele {projet.usager.nom}"
    poster_signature(client_aidant, projet, code, trace="", nom_ecrit=nom)
    assert Mandat.objects.get().signature_nom == nom


def test_posting_twice_makes_one_mandat(client_aidant: Client, projet: Projet, code: str) -> None:
    premiere = poster_signature(client_aidant, projet, code)
    seconde = poster_signature(client_aidant, projet, code)
    assert premiere["Location"] == seconde["Location"]
    assert Mandat.objects.count() == 1


def test_wrong_code_keeps_all_that_was_typed(
    client_aidant: Client, projet: Projet, code: str
) -> None:
    reponse = poster_signature(client_aidant, projet, "000000", lieu="Saint-Malo")
    form = reponse.context["form"]
    assert form.errors == {"code": [CODE_REFUSE]}
    assert form["lieu"].value() == "Saint-Malo"
    assert form["capacite"].value() == "oui"
    assert form["autorise"].value() is True
    assert "[[[100, 100], [400, 300]]]" in reponse.content.decode().replace("&quot;", '"')
    assert not Mandat.objects.exists()


def test_right_code_after_a_wrong_one_signs(
    client_aidant: Client, projet: Projet, code: str
) -> None:
    poster_signature(client_aidant, projet, "000000")
    AppareilTotp.objects.update(throttling_failure_timestamp=timezone.now() - timedelta(seconds=5))
    assert poster_signature(client_aidant, projet, code).status_code == 302


def test_codes_guessed_in_a_session_left_open_are_counted_as_at_the_login(
    client_aidant: Client, projet: Projet, code: str
) -> None:
    for _ in range(5):
        poster_signature(client_aidant, projet, "000000")
        AppareilTotp.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)
    assert poster_signature(client_aidant, projet, code).context["form"].errors
    assert not Mandat.objects.exists()


@pytest.mark.parametrize(
    "champ", ["capacite", "autorise", "engage", "donnees", "lieu", "trace", "code"]
)
def test_each_statement_and_field_is_asked(
    client_aidant: Client, projet: Projet, code: str, champ: str
) -> None:
    reponse = poster_signature(client_aidant, projet, **({"code": code} | {champ: None}))
    fautif = "nom_ecrit" if champ == "trace" else champ
    assert list(reponse.context["form"].errors) == [fautif]
    assert not Mandat.objects.exists()


def test_person_who_cannot_sign_is_refused(
    client_aidant: Client, projet: Projet, code: str
) -> None:
    reponse = poster_signature(client_aidant, projet, code, capacite="non")
    assert reponse.context["form"].errors["capacite"] == [NON_CAPABLE]
    assert not Mandat.objects.exists()
    assert not Entree.objects.exists()


@pytest.mark.parametrize("nom", ["Camille Durand", "Angèle", "{nom}", "A. {nom}"])
def test_written_name_must_be_the_person_s(
    client_aidant: Client, projet: Projet, code: str, nom: str
) -> None:
    assert projet.usager
    nom = nom.format(nom=projet.usager.nom)
    reponse = poster_signature(client_aidant, projet, code, trace="", nom_ecrit=nom)
    assert list(reponse.context["form"].errors) == ["nom_ecrit"]


def test_usage_name_signs(client_aidant: Client, projet: Projet, code: str) -> None:
    assert projet.usager
    projet.usager.nom_usage = "LE GUÉNNEC"
    projet.usager.save()
    poster_signature(client_aidant, projet, code, trace="", nom_ecrit="claire le guennec")
    assert Mandat.objects.get().signature_nom == "claire le guennec"


@pytest.mark.parametrize("trace", HOSTILES, ids=lambda trace: trace[:20])
def test_hostile_drawing_is_refused(trace: str) -> None:
    with pytest.raises(TraceInvalide):
        lire_trace(trace)


@given(st.text() | st.recursive(st.integers() | st.floats() | st.text(), st.lists).map(json.dumps))
def test_any_text_is_a_drawing_or_is_refused(texte: str) -> None:
    try:
        traits = lire_trace(texte)
    except TraceInvalide:
        return
    assert all(0 <= c <= 1000 for trait in traits for point in trait for c in point)


def test_strokes_of_one_point_draw_nothing() -> None:
    assert lire_trace("[[], [[5, 5]]]") == []


def test_hostile_drawing_shows_an_error_on_the_page(
    client_aidant: Client, projet: Projet, code: str
) -> None:
    reponse = poster_signature(client_aidant, projet, code, trace="[[[1, 99999]]]")
    assert list(reponse.context["form"].errors) == ["trace"]


def test_expired_draft_offers_the_same_choices_again(
    client_aidant: Client, aidant: Aidant, structure: Structure, code: str
) -> None:
    projet = ProjetFactory(aidant=aidant, structure=structure, identifie=True, expire=True)
    reponse = poster_signature(client_aidant, projet, code)
    assert reponse.status_code == 410
    suite = f"{reverse('projet_nouveau')}?demarches=logement&amp;duree=31"
    assert suite in reponse.content.decode()


def test_draft_without_usager_goes_back_to_franceconnect(
    client_aidant: Client, aidant: Aidant, structure: Structure
) -> None:
    projet = ProjetFactory(aidant=aidant, structure=structure)
    reponse = client_aidant.get(reverse("projet_signature", args=[projet.pk]))
    assert reponse["Location"] == reverse("projet_identification", args=[projet.pk])


def test_aidant_who_left_the_structure_reads_why(
    client_aidant: Client, projet: Projet, code: str
) -> None:
    projet.aidant.appartenances.update(fin=timezone.now())
    AppartenanceFactory(aidant=projet.aidant)
    reponse = poster_signature(client_aidant, projet, code)
    assert (reponse.status_code, reponse.context["refus"]) == (410, "hors_structure")


@pytest.mark.parametrize("methode", ["get", "post"])
def test_draft_of_a_colleague_is_unknown(client: Client, projet: Projet, methode: str) -> None:
    collegue = AppartenanceFactory(structure=projet.structure).aidant
    ouvrir_session(client, collegue)
    adresse = reverse("projet_signature", args=[projet.pk])
    reponse: Any = getattr(client, methode)(adresse)
    assert reponse.status_code == 404


def test_mandat_signed_for_another_of_ones_structures_shows_its_paper(
    client_aidant: Client, projet: Projet, code: str
) -> None:
    autre = AppartenanceFactory(aidant=projet.aidant).structure
    client_aidant.post(reverse("changer_structure"), {"structure": str(autre.pk)})
    reponse = poster_signature(client_aidant, projet, code)
    assert client_aidant.get(reponse["Location"]).status_code == 200
    document = reverse("mandat_pdf", args=[Mandat.objects.get().pk])
    assert client_aidant.get(document).status_code == 200
