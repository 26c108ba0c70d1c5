"""When the whole site misses too many codes in a day, « Mon mandat » asks what a person answers."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from aidants.models import Echec
from mandats import code_papier, consultation, question
from mandats.code_papier import CodePapier
from mandats.models import Mandat
from tests.mandats.gestes import ouvrir, presenter_code, presenter_naissance

JUSTE = ("24", "8", "1962")


@pytest.fixture
def assailli(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    """As many misses as the alarm wants, of another browser, on other codes."""
    monkeypatch.setattr(consultation, "ALARME", 2)
    for _ in range(2):
        ouvrir(Client(REMOTE_ADDR="192.0.2.7"), code_papier.tirer(), JUSTE)


def repondre(client: Client, reponse: str) -> Any:
    donnees = dict(zip(("jour", "mois", "annee"), JUSTE, strict=True)) | {"reponse": reponse}
    return client.post(reverse("mon_mandat_naissance"), donnees)


def demande(client: Client) -> int:
    page = client.get(reverse("mon_mandat_naissance"))
    nombre: int = page.context["form"].nombre
    assert question.en_lettres(nombre) in page.content.decode()
    return nombre


def test_nothing_is_asked_on_a_quiet_day(
    client: Client, mandat: Mandat, papier: CodePapier
) -> None:
    presenter_code(client, papier)
    page = client.get(reverse("mon_mandat_naissance"))
    assert page.context["form"].nombre is None
    assert "reponse" not in page.content.decode()


@pytest.mark.usefixtures("assailli")
def test_right_number_opens(client: Client, mandat: Mandat, papier: CodePapier) -> None:
    presenter_code(client, papier)
    suite = repondre(client, f" {demande(client)} ")
    assert suite["Location"] == reverse("mon_mandat_ouvert", args=[mandat.pk])


@pytest.mark.usefixtures("assailli")
def test_without_it_no_code_is_tried(client: Client, mandat: Mandat, papier: CodePapier) -> None:
    """Nor is a try counted: what a program sends costs the person nothing."""
    presenter_code(client, papier)
    manques, nombre = Echec.objects.count(), demande(client)
    for fausse in ("", "quarante", str(nombre + 1), str(question._REPONDUE)):
        page = repondre(client, fausse)
        assert list(page.context["form"].errors) == ["reponse"]
        assert page.context["form"]["annee"].value() == "1962"
    assert presenter_naissance(client, *JUSTE).status_code == 200  # the field left out
    assert Echec.objects.count() == manques


@pytest.mark.usefixtures("assailli")
def test_slip_in_the_date_does_not_ask_again_but_another_code_does(
    client: Client, mandat: Mandat, papier: CodePapier
) -> None:
    presenter_code(client, code_papier.tirer())
    repondre(client, str(demande(client)))
    assert client.get(reverse("mon_mandat_naissance")).context["form"].nombre is None
    presenter_code(client, papier)
    assert demande(client) > question._REPONDUE


@given(st.sampled_from(sorted(question.DIZAINES)), st.sampled_from(sorted(question.UNITES)))
def test_number_is_written_in_french(dizaine: int, unite: int) -> None:
    mots = question.en_lettres(dizaine + unite).split("-")
    assert mots == [question.DIZAINES[dizaine], question.UNITES[unite]]


def test_tries_that_had_to_wait_do_not_raise_the_alarm(
    client: Client, mandat: Mandat, papier: CodePapier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One address alone, on one code, cannot have everybody questioned."""
    monkeypatch.setattr(consultation, "ALARME", 10)
    assaillant = Client(REMOTE_ADDR="192.0.2.7")
    presenter_code(assaillant, code_papier.tirer())
    for _ in range(30):
        presenter_naissance(assaillant, *JUSTE)
    presenter_code(client, papier)
    assert client.get(reverse("mon_mandat_naissance")).context["form"].nombre is None
