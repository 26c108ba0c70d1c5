"""Keyed hashes: what another key of the ring made is recognised, and never made again."""

import hashlib
import hmac
from datetime import timedelta

import pytest
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from aidants import essais, oubli
from aidants.empreintes import (
    empreinte,
    empreintes,
    enfermer,
    est_courante,
    est_empreinte,
    nom_courant,
    noms_anciens,
    ouvre,
)
from aidants.models import Aidant, CarnetSecours, Echec, Recuperation
from aidants.models.echecs import Compteur, Seuil
from tests.factories import AidantFactory

NOUVELLE = "42" * 32


def tourner(settings: Settings) -> None:
    settings.CLES_EMPREINTES_ANCIENNES = [settings.CLE_EMPREINTES]
    settings.CLE_EMPREINTES = NOUVELLE


def test_hash_is_a_hmac_of_its_usage_and_value(settings: Settings) -> None:
    settings.CLE_EMPREINTES = "0b" * 32
    attendu = hmac.new(b"\x0b" * 32, b"sub\x00valeur", hashlib.sha256).hexdigest()
    assert empreinte("valeur", usage="sub") == attendu


def test_hashes_of_two_usages_differ() -> None:
    assert empreinte("valeur", usage="a") != empreinte("valeur", usage="b")


def test_hash_depends_on_the_key(settings: Settings) -> None:
    avant = empreinte("valeur", usage="sub")
    tourner(settings)
    assert empreinte("valeur", usage="sub") != avant
    assert empreintes("valeur", usage="sub") == [empreinte("valeur", usage="sub"), avant]


def test_hash_of_an_old_key_is_recognised_while_it_is_in_the_ring(settings: Settings) -> None:
    avant = empreinte("valeur", usage="sub")
    tourner(settings)
    assert est_empreinte(avant, "valeur", usage="sub")
    assert est_empreinte(avant[:40], "valeur", usage="sub", longueur=40)
    assert not est_empreinte(avant, "autre", usage="sub")
    assert not est_empreinte(avant[:40], "valeur", usage="sub")
    settings.CLES_EMPREINTES_ANCIENNES = []
    assert not est_empreinte(avant, "valeur", usage="sub")


def test_short_secret_says_which_key_made_it(settings: Settings) -> None:
    garde = enfermer(empreinte("1234", usage="code"))
    ancienne = nom_courant()
    assert garde.startswith(f"{ancienne}:")
    assert est_courante(garde)
    tourner(settings)
    assert not est_courante(garde)
    assert noms_anciens() == [ancienne]
    assert ouvre(empreintes("1234", usage="code"), garde)
    assert not ouvre(empreintes("1235", usage="code"), garde)


def test_short_secret_of_before_the_names_opens(settings: Settings) -> None:
    garde = enfermer(empreinte("1234", usage="code")).partition(":")[2]
    tourner(settings)
    assert not est_courante(garde)
    assert ouvre(empreintes("1234", usage="code"), garde)


@pytest.mark.django_db
def test_recovery_codes_of_before_work(settings: Settings, aidant: Aidant) -> None:
    carnet = CarnetSecours(user=aidant)
    codes = carnet.remplir()
    tourner(settings)
    assert carnet.verify_token(codes[0])
    assert carnet.restants == 9


@pytest.mark.django_db
def test_new_pepper_gives_no_new_tries(settings: Settings) -> None:
    seuils = (Seuil(nombre=3, fenetre=timedelta(minutes=10)),)
    compteurs = [
        Compteur(usage="poivre", valeur=valeur, seuils=seuils) for valeur in ("moi", "autre")
    ]
    Echec.objects.noter(compteurs[:1] * 2)
    tourner(settings)
    assert Echec.objects.tenter(compteurs[:1])
    assert Echec.objects.tenter(compteurs[:1]) is None
    assert Echec.objects.tenter(compteurs[1:])


@pytest.mark.django_db
def test_link_and_its_browser_are_recognised_after_a_rotation(settings: Settings) -> None:
    requete = RequestFactory().get("/")
    requete.session = SessionBase()
    aidant = AidantFactory()
    oubli.demander(requete, aidant.courriel)
    lien = Recuperation.objects.get(aidant=aidant)
    jeton = lien.jeton
    tourner(settings)
    assert lien.jeton != jeton
    assert oubli.lien(lien.pk, jeton) == lien
    assert oubli.est_d_ici(requete, lien)
    oubli.demander(requete, aidant.courriel)
    lien.refresh_from_db()
    assert lien.est_expire


def test_browser_stays_known_through_a_rotation(settings: Settings) -> None:
    reponse = HttpResponse()
    essais.reconnaitre(reponse, "a@example.org")
    tourner(settings)
    requete = RequestFactory().get("/")
    requete.COOKIES[essais.COOKIE] = reponse.cookies[essais.COOKIE].value
    assert [c.usage for c in essais.compteurs(requete, "a@example.org")] == ["navigateur"]
