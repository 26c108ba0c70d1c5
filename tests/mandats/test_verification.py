"""Is a mandat genuine and active? Public, and tells nothing of anybody."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from mandats.models import Mandat
from mandats.models.mandats import tirer_reference
from mandats.references_verifiees import SEUILS
from tests.factories import MandatFactory

pytestmark = pytest.mark.django_db


def verifier(client: Client, reference: str) -> Any:
    return client.get(reverse("verification", args=[reference]))


def chercher(client: Client, saisie: str) -> Any:
    return client.get(reverse("verifier"), {"reference": saisie})


@pytest.mark.parametrize(
    ("traits", "titre"),
    [
        ({}, "authentique et actif"),
        ({"expire": True}, "authentique, mais terminé"),
        ({"revoque": True}, "authentique, mais terminé"),
    ],
)
def test_reference_says_genuine_and_whether_active(
    client: Client, traits: dict[str, bool], titre: str
) -> None:
    reponse = verifier(client, MandatFactory(**traits).reference)
    assert reponse.status_code == 200
    assert titre in reponse.content.decode()


def test_answer_says_when_it_ends_or_ended(client: Client) -> None:
    actif, expire = MandatFactory(), MandatFactory(expire=True)
    assert actif.fin_en_clair in verifier(client, actif.reference).content.decode()
    assert expire.fin_en_clair in verifier(client, expire.reference).content.decode()


def test_unknown_reference_is_not_found(client: Client) -> None:
    assert verifier(client, tirer_reference()).status_code == 404


def test_case_does_not_count(client: Client) -> None:
    assert verifier(client, MandatFactory().reference.lower()).status_code == 200


def test_answer_tells_nothing_of_anybody(client: Client) -> None:
    mandat = Mandat.objects.avec_tout().get(pk=MandatFactory().pk)
    texte = verifier(client, mandat.reference).content.decode()
    for secret in (
        mandat.usager.nom,
        mandat.usager.prenoms,
        mandat.usager.courriel,
        mandat.aidant.nom,
        mandat.structure.nom,
        mandat.localisateur,
        str(mandat.pk),
        *mandat.titres,
    ):
        assert secret not in texte


@pytest.mark.parametrize(
    "forme", ["{}", " {} ", "{minuscule}", "{nue}", "{espacee}", "{tirets}", "{point}"]
)
def test_reference_is_read_as_people_type_it(client: Client, forme: str) -> None:
    reference = MandatFactory().reference
    saisie = forme.format(
        reference,
        minuscule=reference.lower(),
        nue=reference.replace("-", ""),
        espacee=reference.replace("-", " "),
        tirets=reference.replace("-", "\u2011"),
        point=f"{reference}.",
    )
    attendu = reverse("verification", args=[reference])
    assert chercher(client, saisie)["Location"] == attendu


@pytest.mark.parametrize(
    "saisie", ["", "AC/7KQ2/M9XD/1", "../../admin", "AC-7KQ2", "?", "\x00", "x" * 31, "é" * 12]
)
def test_what_is_no_reference_is_said_on_the_page(client: Client, saisie: str) -> None:
    reponse = chercher(client, saisie)
    assert reponse.status_code == 200
    assert list(reponse.context["form"].errors) == ["reference"]


@pytest.mark.parametrize("reference", ["<script>alert(1)</script>", "%00", "a" * 300, "AC-é"])
def test_strange_address_is_not_found_and_written_as_text(client: Client, reference: str) -> None:
    reponse = client.get(f"/verifier/{reference.replace('/', '%2F')}/")
    assert reponse.status_code == 404
    assert "<script>alert" not in reponse.content.decode()


def test_references_cannot_be_guessed() -> None:
    references = {tirer_reference() for _ in range(500)}
    assert len(references) == 500
    assert all(len(reference) == 12 for reference in references)


def test_unknown_references_are_slowed_down_by_address(client: Client) -> None:
    connue = MandatFactory().reference
    for _ in range(SEUILS[0].nombre):
        assert verifier(client, tirer_reference()).status_code == 404
    # Then nothing is said, even of one that lives: silence alone would tell it.
    for reference in (tirer_reference(), connue):
        reponse = verifier(client, reference)
        assert reponse.status_code == 429
        assert "Attendez quelques minutes" in reponse.content.decode()
    assert verifier(Client(REMOTE_ADDR="192.0.2.7"), connue).status_code == 200


def test_known_references_are_never_slowed_down(client: Client) -> None:
    reference = MandatFactory().reference
    codes = {verifier(client, reference).status_code for _ in range(SEUILS[0].nombre + 5)}
    assert codes == {200}


def test_known_reference_forgives_no_guess(client: Client) -> None:
    """A reader who has one paper in hand does not start afresh with it."""
    connue = MandatFactory().reference
    for _ in range(SEUILS[0].nombre):
        verifier(client, tirer_reference())
        verifier(client, connue)
    assert verifier(client, tirer_reference()).status_code == 429
