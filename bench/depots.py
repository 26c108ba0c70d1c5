"""Drafts that wait for their signature, made at once, without the pages that lead to it."""

import time
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client
from django_otp.oath import hotp

from aidants.models import Aidant, AppareilTotp, Appartenance
from mandats.models import Projet
from tests.clients_http import ouvrir_session
from tests.factories import (
    AppareilTotpFactory,
    AppartenanceFactory,
    ProjetFactory,
)

JETON = "a" * 32  # against forgeries: the same in the cookie and in the form
DEMARCHES = ["logement", "social", "famille"]


@dataclass(frozen=True, kw_only=True)
class Depot:
    """A draft whose usager is identified, and the session of its aidant."""

    chemin: str
    temoins: str
    cle: bytes

    def corps(self) -> str:
        """What the signature page posts now: a signature drawn, and the aidant's code."""
        champs = {
            "capacite": "oui", "autorise": "on", "engage": "on", "donnees": "on",
            "lieu": "Rennes", "trace": "[[[100, 100], [400, 300]], [[420, 80], [700, 260]]]",
            "nom_ecrit": "", "csrfmiddlewaretoken": JETON,
            "code": f"{hotp(self.cle, int(time.time()) // 30):06d}",
        }  # fmt: skip
        return urlencode(champs)


def depots(nombre: int) -> list[Depot]:
    """Each of an aidant of its own, who gives one code: a code serves once."""
    return [_depot(AppareilTotpFactory()) for _ in range(nombre)]


def _depot(appareil: AppareilTotp) -> Depot:
    ici: Appartenance = AppartenanceFactory(aidant=appareil.user)
    projet: Projet = ProjetFactory(
        aidant=ici.aidant, structure=ici.structure, demarches=DEMARCHES, identifie=True
    )
    chemin = f"/mandats/projets/{projet.pk}/signature/"
    return Depot(chemin=chemin, temoins=temoins(ici.aidant), cle=appareil.cle)


def temoins(aidant: Aidant) -> str:
    """The cookies of a browser where this aidant has logged in."""
    client = Client()
    ouvrir_session(client, aidant)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    return f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={JETON}"
