"""Gestures of the passkeys' tests: the four addresses of the scripts."""

from typing import Any

from django.test import Client
from django.urls import reverse
from django_otp_webauthn.models import WebAuthnCredential

from aidants.models import Aidant
from tests.authentificateur import Authentificateur
from tests.clients_http import ouvrir_session

Reponse = Any


def poster(client: Client, route: str, corps: Any, suite: str = "") -> Reponse:
    return client.post(reverse(route) + suite, corps, content_type="application/json")


def enregistrer(client: Client, appareil: Authentificateur, nom: str = "Ma clé") -> Reponse:
    debut = poster(client, "cle_enregistrement_debut", {"nom": nom})
    return poster(client, "cle_enregistrement_fin", appareil.creer(debut.json()))


def doter(aidant: Aidant) -> Authentificateur:
    """Give the account a passkey, as from a session of its own."""
    client, appareil = Client(), Authentificateur()
    ouvrir_session(client, aidant)
    assert enregistrer(client, appareil).status_code == 200
    return appareil


def se_connecter(client: Client, appareil: Authentificateur, suite: str = "") -> Reponse:
    options = poster(client, "cle_connexion_debut", {}).json()
    return poster(client, "cle_connexion_fin", appareil.presenter(options), suite)


def cle_de(aidant: Aidant) -> WebAuthnCredential:
    return WebAuthnCredential.objects.get(user=aidant)
