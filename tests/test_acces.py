"""Who may open what: each address of the site, for each role; an address without a row fails."""

import copy
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import resolve, reverse
from pytest_django import Settings

from fournisseur_identite.views.autorisation import DEMANDES
from journal import etat
from mandats.consultation import OUVERT
from tests.acces.administration import ADMINISTRATION
from tests.acces.monde import Monde, monter
from tests.acces.roles import FC, ROLES, Issue
from tests.acces.site import SITE
from tests.factories import MandatFactory, aidant_au_travail
from tests.routes import ROUTES

pytestmark = pytest.mark.django_db
TABLE = SITE | ADMINISTRATION


@pytest.fixture(scope="module")
def monde_du_module(base_du_module: Any) -> Monde:
    """Made once for the whole table; its sessions are open."""
    with base_du_module.unblock():
        return monter(aidant_au_travail())


@pytest.fixture
def monde(monde_du_module: Monde, db: None, monkeypatch: pytest.MonkeyPatch) -> Monde:
    monkeypatch.setattr(etat, "GRACE", timedelta(days=1))  # its lines wait unsealed meanwhile
    cache.set("fc:decouverte", {"authorization_endpoint": f"{FC}/authorize"})
    return copy.deepcopy(monde_du_module)


def issue_de(reponse: Any) -> Issue:
    if reponse.status_code not in (301, 302, 303):
        return int(reponse.status_code)
    adresse = urlsplit(reponse["Location"])
    if adresse.netloc:
        return f"{adresse.scheme}://{adresse.netloc}"
    return resolve(adresse.path).view_name


@pytest.fixture(autouse=True)
def _sans_hate(monkeypatch: pytest.MonkeyPatch) -> None:
    """The module's world is written once, and nobody seals it: it may well be a minute old."""
    monkeypatch.setattr(etat, "GRACE", timedelta(days=1))


def test_every_address_has_its_row() -> None:
    assert {ligne.split()[-1] for ligne in TABLE} == set(ROUTES)


@pytest.mark.parametrize("ligne", TABLE)
def test_access(monde: Monde, ligne: str) -> None:
    methode, nom = ligne.split() if " " in ligne else ("GET", ligne)
    adresse = monde.adresse(ROUTES[nom])
    issues = {}
    for role in ROLES:
        demander: Callable[..., Any] = getattr(monde.client(role), methode.lower())
        issues[role] = issue_de(demander(adresse, monde.donnees(nom)))
    assert issues == dict(zip(ROLES, TABLE[ligne], strict=True))


@pytest.mark.parametrize("nom", [nom for nom in ROUTES if "admin" not in nom])
def test_other_methods_are_refused(monde: Monde, nom: str) -> None:
    adresse, client = monde.adresse(ROUTES[nom]), monde.client("aidant")
    for methode in ("GET", "POST", "DELETE"):
        ligne = nom if methode == "GET" else f"{methode} {nom}"
        if ligne not in TABLE:
            assert getattr(client, methode.lower())(adresse).status_code == 405, methode


@pytest.mark.parametrize("ligne", ["oidc_demarche", "oidc_confirmation", "POST oidc_confirmation"])
def test_own_request_opens_nobody_of_another_structure(monde: Monde, ligne: str) -> None:
    client = monde.client("ailleurs")
    session = client.session
    session[DEMANDES] = [str(monde.demande.pk)]
    session.save()
    demander = client.post if ligne.startswith("POST") else client.get
    assert demander(monde.adresse(ROUTES[ligne.split()[-1]])).status_code == 404


def test_open_consultation_shows_its_mandats_alone(monde: Monde, client: Client) -> None:
    session = client.session
    session[OUVERT] = {"mandats": [str(monde.mandat.pk)], "usager": "", "jusqua": time.time() + 60}
    session.save()
    for pk, attendu in ((monde.mandat.pk, 200), (MandatFactory().pk, 404)):
        assert client.get(reverse("mon_mandat_ouvert", args=[pk])).status_code == attendu
        assert client.get(reverse("mon_mandat_recu", args=[pk])).status_code == attendu


def test_every_page_of_the_administration_asks_the_national_team_for_its_key(
    monde: Monde, settings: Settings
) -> None:
    """Where the service demands one (docs/decisions/0019); managers are asked nothing more."""
    settings.CLE_ACCES_SUPERVISION = True
    lignes = [ligne for ligne in ADMINISTRATION if "admin:log" not in ligne]
    for ligne in lignes:
        methode, nom = ligne.split() if " " in ligne else ("GET", ligne)
        demander: Callable[..., Any] = getattr(monde.client("supervision"), methode.lower())
        reponse = demander(monde.adresse(ROUTES[nom]), monde.donnees(nom))
        assert issue_de(reponse) == "cle_exigee", ligne
    assert monde.client("responsable").get(reverse("admin:index")).status_code == 200
