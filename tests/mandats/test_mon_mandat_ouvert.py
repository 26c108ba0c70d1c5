"""« Mon mandat », once open: what is seen, what can be ended, and until when."""

import time
import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mandats import reimpression
from mandats.code_papier import CodePapier
from mandats.consultation import OUVERT
from mandats.models import Mandat
from tests.factories import MandatFactory
from tests.mandats.gestes import actions, ouvrir

ROUTES = ["mon_mandat_ouvert", "mon_mandat_recu", "mon_mandat_arreter"]


def relire(mandat: Mandat) -> Mandat:
    return Mandat.objects.get(pk=mandat.pk)


def aller(client: Client, route: str, mandat: Mandat, **donnees: str) -> Any:
    """GET the page, or POST to the one that ends."""
    methode = client.post if route == "mon_mandat_arreter" else client.get
    return methode(reverse(route, args=[mandat.pk]), donnees)


def arreter(client: Client, mandat: Mandat, **donnees: str) -> Any:
    return aller(client, "mon_mandat_arreter", mandat, **donnees)


@pytest.fixture
def ouvert(client: Client, mandat: Mandat, papier: CodePapier) -> Mandat:
    """The mandat, open in the usager's browser by the paper's code."""
    ouvrir(client, papier, ("24", "8", "1962"))
    return mandat


def test_whole_mandat_ends_without_a_reason(client: Client, ouvert: Mandat) -> None:
    reponse = arreter(client, ouvert)
    assert reponse["Location"] == reverse("mon_mandat_recu", args=[ouvert.pk])
    assert relire(ouvert).est_revoque
    assert set(ouvert.autorisations.values_list("revoquee_par", "motif")) == {("usager", "")}


def test_one_demarche_ends_and_the_others_go_on(client: Client, ouvert: Mandat) -> None:
    arreter(client, ouvert, demarche="logement")
    assert relire(ouvert).demarches_ouvertes == ["social"]


def test_receipt_says_what_ended_and_when(client: Client, ouvert: Mandat) -> None:
    page = client.get(arreter(client, ouvert, demarche="logement")["Location"])
    finie = ouvert.autorisations.get(demarche="logement")
    texte = page.content.decode()
    for attendu in (ouvert.reference, finie.titre, finie.revoquee_le_en_clair):
        assert attendu in texte


def test_receipt_of_nothing_says_so(client: Client, ouvert: Mandat) -> None:
    page = aller(client, "mon_mandat_recu", ouvert)
    assert page.status_code == 200
    assert page.context["finies"] == []


def test_ending_twice_writes_one_line_and_one_notice_each(client: Client, ouvert: Mandat) -> None:
    arreter(client, ouvert)
    avant = actions()
    assert arreter(client, ouvert)["Location"] == reverse("mon_mandat_recu", args=[ouvert.pk])
    assert actions() == avant
    assert avant == ["consultation_usager"] + ["autorisation_revoquee"] * 2 + ["mandat_revoque"]
    assert ouvert.avis.count() == 2


def test_structure_and_usager_are_to_be_told(client: Client, ouvert: Mandat) -> None:
    arreter(client, ouvert, demarche="social")
    assert {(a.destinataire, tuple(a.demarches)) for a in ouvert.avis.all()} == {
        ("structure", ("social",)),
        ("usager", ("social",)),
    }


def test_unknown_demarche_is_not_found(client: Client, ouvert: Mandat) -> None:
    assert arreter(client, ouvert, demarche="pêche").status_code == 404
    assert relire(ouvert).demarches_ouvertes == ["social", "logement"]


def test_demarche_out_of_the_mandat_ends_nothing(client: Client, ouvert: Mandat) -> None:
    arreter(client, ouvert, demarche="justice")
    assert actions() == ["consultation_usager"]


def test_reading_never_ends_anything(client: Client, ouvert: Mandat) -> None:
    adresse = reverse("mon_mandat_arreter", args=[ouvert.pk])
    assert client.get(adresse).status_code == 405
    assert relire(ouvert).est_actif


@pytest.mark.parametrize("route", ROUTES)
def test_another_mandat_is_not_found(client: Client, ouvert: Mandat, route: str) -> None:
    autre = MandatFactory(usager=ouvert.usager)
    assert aller(client, route, autre).status_code == 404
    assert relire(autre).est_actif


@pytest.mark.parametrize("route", ROUTES)
def test_nothing_is_open_without_the_code(client: Client, mandat: Mandat, route: str) -> None:
    assert aller(client, route, mandat)["Location"] == reverse("mon_mandat")
    assert relire(mandat).est_actif


@pytest.mark.parametrize("route", ROUTES)
def test_view_closes_after_a_quarter_of_an_hour(client: Client, ouvert: Mandat, route: str) -> None:
    with time_machine.travel(timezone.now() + timedelta(minutes=15, seconds=1)):
        assert aller(client, route, ouvert)["Location"] == reverse("mon_mandat")
    assert relire(ouvert).est_actif


@pytest.mark.parametrize("route", ROUTES)
def test_leaving_closes_the_view(client: Client, ouvert: Mandat, route: str) -> None:
    client.post(reverse("mon_mandat_fermer"))
    assert aller(client, route, ouvert)["Location"] == reverse("mon_mandat")


ROUTES_DU_CODE = [*ROUTES, "mon_mandat_utilisations", "lecture_code", "mon_mandat_recu_pdf"]


@pytest.mark.parametrize("route", ROUTES_DU_CODE)
def test_new_paper_code_closes_what_the_old_one_opened(
    client: Client, ouvert: Mandat, route: str
) -> None:
    reimpression.reimprimer(ouvert, acte=uuid.uuid4(), par=ouvert.aidant)
    assert aller(client, route, ouvert)["Location"] == reverse("mon_mandat")
    assert client.get(reverse("mes_mandats"))["Location"] == reverse("mon_mandat")
    assert relire(ouvert).est_actif


def test_new_paper_code_closes_nothing_that_franceconnect_opened(
    client: Client, mandat: Mandat
) -> None:
    session = client.session
    identite = {"mandats": [str(mandat.pk)], "usager": str(mandat.usager_id)}
    session[OUVERT] = identite | {"jusqua": time.time() + 60}
    session.save()
    reimpression.reimprimer(mandat, acte=uuid.uuid4(), par=mandat.aidant)
    assert aller(client, "mon_mandat_ouvert", mandat).status_code == 200


def test_page_names_no_aidant_and_no_birth(client: Client, ouvert: Mandat) -> None:
    texte = aller(client, "mon_mandat_ouvert", ouvert).content.decode()
    assert "1962" not in texte
    assert ouvert.aidant.nom not in texte
