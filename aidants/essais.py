"""The tries of a password or a code: who has how many, and a browser that is known.

Guessing is slowed down for the account and for the address. A browser where the account logged in
well keeps a signed mark, and a budget of its own: a stranger's failures never shut its owner out,
nor do those of a colleague behind the same address.
"""

import secrets
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from aidants.adresses import adresse_client
from aidants.chiffrement import empreinte
from aidants.models.echecs import Compteur, Seuil

COOKIE = "__Host-navigateur" if settings.EN_PRODUCTION else "ac_navigateur"
DUREE = timedelta(days=90)
_SEL = "aidants.essais.navigateur"

_DIX_MINUTES = timedelta(minutes=10)
SEUIL_PAIRE = Seuil(nombre=5, fenetre=_DIX_MINUTES)
SEUIL_COMPTE = Seuil(nombre=50, fenetre=timedelta(hours=1), attente_max=timedelta(minutes=1))
SEUIL_ADRESSE = Seuil(nombre=30, fenetre=_DIX_MINUTES)


def compteurs(request: HttpRequest, courriel: str) -> list[Compteur]:
    """What a failure of this account, in this browser, counts on."""
    if marque := _marque(request, courriel):
        valeur = f"{courriel}|{marque}"
        return [Compteur(usage="navigateur", valeur=valeur, seuils=(SEUIL_PAIRE,))]
    adresse = adresse_client(request)
    return [
        Compteur(usage="paire", valeur=f"{courriel}|{adresse}", seuils=(SEUIL_PAIRE,)),
        Compteur(usage="compte", valeur=courriel, seuils=(SEUIL_COMPTE,)),
        Compteur(usage="adresse", valeur=adresse, seuils=(SEUIL_ADRESSE,)),
    ]


def _marque(request: HttpRequest, courriel: str) -> str:
    """The mark of a browser where this account logged in lately; empty otherwise."""
    try:
        contenu = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SEL, max_age=DUREE)
    except signing.BadSignature:
        return ""
    return str(contenu["marque"]) if contenu["compte"] == _compte(courriel) else ""


def _compte(courriel: str) -> str:
    return empreinte(courriel, usage="navigateur")


def reconnaitre(reponse: HttpResponse, courriel: str) -> None:
    """Mark the browser where this account has just logged in, password and code."""
    contenu = {"compte": _compte(courriel), "marque": secrets.token_urlsafe(16)}
    reponse.set_cookie(
        COOKIE,
        signing.dumps(contenu, salt=_SEL),
        max_age=DUREE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
