"""Logging in, in two steps, and coming back after a rest: the acts, without the pages.

Password first; the code is asked only after it is right, so that a stranger cannot burn the
second factor's tries. Nothing is open before both.
"""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import authenticate, login, logout
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django_otp import login as otp_login
from django_otp.models import Device

from aidants import facteurs
from aidants.adresses import adresse_client
from aidants.models import Aidant, Echec
from aidants.models.echecs import Compteur, Seuil
from journal.actions import CONNEXION, DECONNEXION, ECHEC_CONNEXION, REPRISE
from journal.models import INCONNU, Auteur, Entree

EN_COURS = "connexion_en_cours"
DEBUT = "session_debut"
VU_LE = "session_vue_le"
TOTP_LE = "session_totp_le"
STRUCTURE = "structure_courante"
DELAI_CODE = timedelta(minutes=10)

_DIX_MINUTES = timedelta(minutes=10)
SEUIL_PAIRE = Seuil(nombre=5, fenetre=_DIX_MINUTES)
SEUIL_COMPTE = Seuil(nombre=50, fenetre=timedelta(hours=1), attente_max=timedelta(minutes=1))
SEUIL_ADRESSE = Seuil(nombre=30, fenetre=_DIX_MINUTES)


def _compteurs(request: HttpRequest, courriel: str) -> list[Compteur]:
    adresse = adresse_client(request)
    return [
        Compteur(usage="paire", valeur=f"{courriel}|{adresse}", seuils=(SEUIL_PAIRE,)),
        Compteur(usage="compte", valeur=courriel, seuils=(SEUIL_COMPTE,)),
        Compteur(usage="adresse", valeur=adresse, seuils=(SEUIL_ADRESSE,)),
    ]


@transaction.atomic
def presenter_mot_de_passe(request: HttpRequest, courriel: str, mot_de_passe: str) -> Aidant | None:
    """Check the first factor; on success keep, in the session, who still has to give a code."""
    courriel = courriel.strip().lower()
    compteurs = _compteurs(request, courriel)
    if Echec.objects.freine_jusqua(compteurs):
        return None
    aidant = authenticate(request, username=courriel, password=mot_de_passe)
    if not isinstance(aidant, Aidant):
        Echec.objects.noter(compteurs)
        _inscrire_echec(INCONNU, "mot de passe")
        return None
    request.session[EN_COURS] = {"aidant": str(aidant.pk), "le": timezone.now().timestamp()}
    return aidant


def en_attente_de_code(request: HttpRequest) -> Aidant | None:
    """Return who gave a right password less than ten minutes ago, in this browser."""
    attente: dict[str, Any] = request.session.get(EN_COURS) or {}
    if not attente or timezone.now().timestamp() - attente["le"] > DELAI_CODE.total_seconds():
        return None
    return Aidant.objects.filter(pk=attente["aidant"], is_active=True).first()


@transaction.atomic
def presenter_code(request: HttpRequest, aidant: Aidant, code: str) -> bool:
    """Check the second factor; on success the session is open, under a new key."""
    compteurs = _compteurs(request, aidant.courriel)
    if Echec.objects.freine_jusqua(compteurs):
        return False
    appareil = facteurs.verifier(aidant, code)
    if appareil is None:
        Echec.objects.noter(compteurs)
        _inscrire_echec(aidant.auteur, "code")
        return False
    _ouvrir_session(request, aidant, appareil)
    Echec.objects.oublier(compteurs[0])
    Entree.objects.inscrire(CONNEXION, acte=uuid.uuid4(), par=aidant.auteur)
    return True


def _ouvrir_session(request: HttpRequest, aidant: Aidant, appareil: Device) -> None:
    request.session.pop(EN_COURS, None)
    login(request, aidant, backend="django.contrib.auth.backends.ModelBackend")
    otp_login(request, appareil)
    request.session[DEBUT] = timezone.now().timestamp()
    marquer_code_donne(request)


def marquer_code_donne(request: HttpRequest) -> None:
    """Note the time of the last strong authentication (the `auth_time` of OIDC)."""
    request.session[TOTP_LE] = request.session[VU_LE] = timezone.now().timestamp()


def totp_donne_le(request: HttpRequest) -> datetime | None:
    instant = request.session.get(TOTP_LE)
    return datetime.fromtimestamp(instant, tz=timezone.get_current_timezone()) if instant else None


@transaction.atomic
def reprendre(request: HttpRequest, aidant: Aidant, code: str) -> bool:
    """After a rest, or before a serious act: a fresh code, under a new session key."""
    compteurs = _compteurs(request, aidant.courriel)
    if Echec.objects.freine_jusqua(compteurs):
        return False
    if facteurs.verifier(aidant, code) is None:
        Echec.objects.noter(compteurs)
        _inscrire_echec(aidant.auteur, "reprise")
        return False
    request.session.cycle_key()
    marquer_code_donne(request)
    Entree.objects.inscrire(REPRISE, acte=uuid.uuid4(), par=aidant.auteur)
    return True


@transaction.atomic
def fermer_session(request: HttpRequest, aidant: Aidant) -> None:
    Entree.objects.inscrire(DECONNEXION, acte=uuid.uuid4(), par=aidant.auteur)
    logout(request)


def _inscrire_echec(par: Auteur, etape: str) -> None:
    Entree.objects.inscrire(ECHEC_CONNEXION, acte=uuid.uuid4(), par=par, details={"etape": etape})
