"""A lost code: the person identifies before the aidant; the new code lives, the old one is dead."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from io import BytesIO
from typing import Any

import pikepdf
import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from aidants.models import Aidant
from journal.models import Entree
from mandats import reimpression
from mandats.code_papier import CodePapier, tirer
from mandats.models import CodeReimprime, Mandat
from tests.clients_http import ouvrir_session
from tests.factories import AppartenanceFactory, MandatFactory, ProjetFactory
from tests.mandats.gestes import (
    actions,
    code_du_papier,
    ensemble,
    ouvrir,
    texte_du_pdf,
)
from tests.usagers.retours import verifier_refus
from tests.usagers.simulateur import USUELLE, Simulateur, choisir, suivre
from usagers.models import Usager

JUSTE = ("24", "8", "1962")


@pytest.fixture
def page(mandat: Mandat) -> str:
    return reverse("nouveau_code", args=[mandat.pk])


@pytest.fixture
def sienne(mandat: Mandat, franceconnect: Simulateur) -> None:
    """FranceConnect's usual identity is the person of the mandat: it was met once elsewhere."""
    poste = AppartenanceFactory()
    projet = ProjetFactory(aidant=poste.aidant, structure=poste.structure)
    client = Client()
    ouvrir_session(client, projet.aidant)
    depart = reverse("projet_identification", args=[projet.pk])
    suivre(client, choisir(str(client.post(depart)["Location"]), USUELLE))
    projet.refresh_from_db()
    connu = projet.usager
    assert connu
    projet.delete()
    connu.delete()
    Usager.objects.filter(pk=mandat.usager_id).update(sub_hache=connu.sub_hache)


def s_identifier(client: Client, page: str) -> Any:
    return suivre(client, choisir(str(client.post(page)["Location"]), USUELLE))


@pytest.fixture
def identifie(client_aidant: Client, page: str, sienne: None) -> Client:
    s_identifier(client_aidant, page)
    return client_aidant


def feuille(client: Client, mandat: Mandat) -> bytes:
    return bytes(client.get(reverse("nouveau_code_pdf", args=[mandat.pk])).content)


def ouvre(mandat: Mandat, papier: CodePapier) -> bool:
    reponse = ouvrir(Client(), papier, JUSTE)
    return bool(reponse.status_code == 302)


def test_new_code_opens_and_the_old_one_is_dead(
    identifie: Client, page: str, mandat: Mandat, papier: CodePapier
) -> None:
    assert ouvre(mandat, papier)
    identifie.post(page)
    nouveau = code_du_papier(feuille(identifie, mandat))
    assert ouvre(mandat, nouveau)
    assert not ouvre(mandat, papier)


def test_sheet_says_that_the_old_code_is_dead_and_is_accessible(
    identifie: Client, page: str, mandat: Mandat
) -> None:
    identifie.post(page)
    octets = feuille(identifie, mandat)
    texte = " ".join(texte_du_pdf(octets).split())
    assert "L’ancien code ne sert plus" in texte
    assert reimpression.MODELE in texte
    with pikepdf.open(BytesIO(octets)) as pdf:
        assert (len(pdf.pages), bool(pdf.Root.MarkInfo.Marked)) == (1, True)


def test_it_is_journaled_without_the_code(identifie: Client, page: str, mandat: Mandat) -> None:
    identifie.post(page)
    entree = Entree.objects.select_related("sujet").get(action="code_reimprime")
    assert entree.details == {"reference": mandat.reference}
    assert entree.sujet.auteur_ref == str(mandat.aidant_id)
    assert "identification" in actions()


def test_asked_twice_one_code_is_made(identifie: Client, page: str, mandat: Mandat) -> None:
    for _ in range(2):
        identifie.post(page)
    assert CodeReimprime.objects.count() == 1
    assert actions().count("code_reimprime") == 1


def test_nothing_is_made_before_the_identification(
    client_aidant: Client, page: str, mandat: Mandat, franceconnect: Simulateur
) -> None:
    assert "http" in client_aidant.post(page)["Location"]
    pdf = reverse("nouveau_code_pdf", args=[mandat.pk])
    assert client_aidant.get(pdf)["Location"] == page
    assert not CodeReimprime.objects.exists()


def test_another_person_gets_no_code(
    client_aidant: Client, page: str, mandat: Mandat, franceconnect: Simulateur
) -> None:
    verifier_refus(s_identifier(client_aidant, page), "autre_personne")
    client_aidant.post(page)
    assert not CodeReimprime.objects.exists()


def test_identification_holds_for_ten_minutes(identifie: Client, page: str, mandat: Mandat) -> None:
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert identifie.get(page).context["permis"] is False


def test_mandat_that_ended_gets_no_code(identifie: Client, page: str, mandat: Mandat) -> None:
    mandat.revoquer(par=mandat.usager.auteur)
    identifie.post(page)
    assert not CodeReimprime.objects.exists()


def test_responsable_prints_it_too(page: str, mandat: Mandat, sienne: None) -> None:
    responsable = AppartenanceFactory(structure=mandat.structure, responsable=True).aidant
    client = Client()
    ouvrir_session(client, responsable)
    s_identifier(client, page)
    client.post(page)
    assert CodeReimprime.objects.get().aidant == responsable
    assert mandat.usager.nom not in client.get(page).content.decode()


@pytest.mark.usefixtures("transactional_db")
def test_two_tabs_at_once_make_one_code(mandat: Mandat, aidant: Aidant) -> None:
    faire: Callable[[], Any] = partial(
        reimpression.reimprimer, mandat, acte=mandat.usager_id, par=aidant
    )
    feuilles = ensemble(*[faire] * 3)
    assert {feuille.pk for feuille in feuilles} == {mandat.usager_id}
    assert actions() == ["code_reimprime"]


def test_locator_that_another_mandat_has_is_drawn_again(
    mandat: Mandat, aidant: Aidant, papier: CodePapier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Among 500,000 mandats, one drawing in sixty meets a locator that is taken."""
    pris, libre = tirer(), tirer()
    MandatFactory(code=pris)
    tirages = iter([pris, libre])
    monkeypatch.setattr("mandats.code_papier.tirer", lambda: next(tirages))
    assert reimpression.reimprimer(mandat, acte=uuid.uuid4(), par=aidant)
    mandat.refresh_from_db()
    assert mandat.localisateur == libre.localisateur
