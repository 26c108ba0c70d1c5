"""Logging in, in two steps, and coming back after a rest: the acts, without the pages.

Password first; the code is asked only after it is right, so that a stranger cannot burn the
second factor's tries. Nothing is open before both.
"""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp import login as otp_login
from django_otp.models import Device
from django_otp_webauthn.models import WebAuthnCredential

from aidants import essais, facteurs, navigateurs, saisie
from aidants.models import Aidant, Echec, Session, Structure
from journal.actions_comptes import CONNEXION, DECONNEXION, ECHEC_CONNEXION, REPRISE
from journal.models import INCONNU, Auteur, Entree
from journal.vocabulaire import Action

EN_COURS = "connexion_en_cours"
DEBUT = "session_debut"
VU_LE = "session_vue_le"
TOTP_LE = "session_totp_le"
STRUCTURE = "structure_courante"
NAVIGATEUR = "session_navigateur"
DELAI_CODE = timedelta(minutes=10)
DELAI_ENROLEMENT = timedelta(minutes=30)  # the time to find an application and to install it
CODE_RECENT = timedelta(minutes=5)

# What an anonymous visit may leave to the account that logs in after it, in the same browser.
GARDES = ("oidc_demandes", saisie.CLE)


def presenter_mot_de_passe(request: HttpRequest, courriel: str, mot_de_passe: str) -> Aidant | None:
    """Check the first factor; on success keep, in the session, who still has to give a code."""
    courriel = courriel.strip().lower()
    essai = Echec.objects.tenter(essais.compteurs(request, courriel))
    if essai is None:
        return None
    aidant = authenticate(request, username=courriel, password=mot_de_passe)
    if not isinstance(aidant, Aidant):
        inscrire_echec(INCONNU, "mot de passe")
        return None
    Echec.objects.rendre(essai)
    retenir_mot_de_passe(request, aidant)
    return aidant


def retenir_mot_de_passe(request: HttpRequest, aidant: Aidant) -> None:
    """Note that this browser gave the right password, or has just chosen it.

    Under a new session key: this state alone may add a first factor.
    """
    request.session.cycle_key()
    request.session[EN_COURS] = {
        "aidant": str(aidant.pk),
        "le": timezone.now().timestamp(),
        "preuve": aidant.get_session_auth_hash(),
    }


def en_attente_de_code(request: HttpRequest, *, delai: timedelta = DELAI_CODE) -> Aidant | None:
    """Return who gave a right password less than ten minutes ago, in this browser."""
    attente: dict[str, Any] = request.session.get(EN_COURS) or {}
    if not attente or timezone.now().timestamp() - attente["le"] > delai.total_seconds():
        return None
    aidant = Aidant.objects.filter(pk=attente["aidant"], is_active=True).first()
    # A password that has changed since opens nothing any more.
    tenue = aidant and constant_time_compare(aidant.get_session_auth_hash(), attente["preuve"])
    return aidant if tenue else None


def doit_enroler(aidant: Aidant) -> bool:
    """Whether the second step is to add a first factor, which a mail has allowed for a time."""
    return aidant.peut_enroler and not facteurs.en_a_un(aidant)


def presenter_code(request: HttpRequest, aidant: Aidant, code: str) -> bool:
    """Check the second factor; on success the session is open, under a new key."""
    return _essayer_code(request, aidant, code, etape="code")


def reprendre(request: HttpRequest, aidant: Aidant, code: str) -> bool:
    """After a rest, or before a serious act: a fresh code, under a new session key."""
    return _essayer_code(request, aidant, code, etape="reprise")


def _essayer_code(request: HttpRequest, aidant: Aidant, code: str, *, etape: str) -> bool:
    """Count the try first, then check it: parallel guesses never outrun the count."""
    essai = Echec.objects.tenter(essais.compteurs_codes(request, aidant.courriel))
    if essai is None:
        return False
    with Echec.objects.annule_si_occupe(essai), transaction.atomic():
        appareil = facteurs.verifier(aidant, code)
        if appareil is None:
            inscrire_echec(aidant.auteur, etape)
            return False
        Echec.objects.rendre(essai)
        if etape == "code":
            ouvrir_session(request, aidant, appareil)
        else:
            rafraichir_session(request, aidant)
    return True


def enroler(request: HttpRequest, aidant: Aidant, *, cle: bytes, code: str, nom: str) -> bool:
    """The first factor, after the password: its first code opens the session.

    The tries are counted like those of a login.
    """
    essai = Echec.objects.tenter(essais.compteurs(request, aidant.courriel))
    if essai is None:
        return False
    with Echec.objects.annule_si_occupe(essai), transaction.atomic():
        # The account is locked first: a form sent twice makes one application.
        permis = doit_enroler(aidant.verrouiller())
        appareil = facteurs.enroler(aidant, cle=cle, code=code, nom=nom) if permis else None
        if appareil is None:
            return False
        Echec.objects.rendre(essai)
        aidant.refresh_from_db()
        ouvrir_session(request, aidant, appareil)
    return True


def ouvrir_session(request: HttpRequest, aidant: Aidant, appareil: Device) -> None:
    """Open the account's own session: what the visit before it had opened is closed.

    Inside the transaction of the check that allows it.
    """
    gardes = {cle: request.session[cle] for cle in GARDES if cle in request.session}
    Session.objects.finir(request.session)
    login(request, aidant, backend="django.contrib.auth.backends.ModelBackend")
    otp_login(request, appareil)
    request.session.update(gardes)
    request.session[DEBUT] = timezone.now().timestamp()
    request.session[NAVIGATEUR] = navigateurs.nommer(request.headers.get("User-Agent", ""))
    marquer_code_donne(request)
    essais.noter_lieu(request)
    _inscrire(CONNEXION, request, aidant)


def rafraichir_session(
    request: HttpRequest, aidant: Aidant, cle: WebAuthnCredential | None = None
) -> None:
    if cle:
        lier_a_la_cle(request, cle)
    else:
        request.session.cycle_key()
    marquer_code_donne(request)
    _inscrire(REPRISE, request, aidant)


def lier_a_la_cle(request: HttpRequest, cle: WebAuthnCredential) -> None:
    """The passkey holds this session from now on, as if it had opened it; under a new key."""
    request.session.cycle_key()
    otp_login(request, cle)


def marquer_code_donne(request: HttpRequest) -> None:
    """Note the time of the last strong authentication (the `auth_time` of OIDC)."""
    request.session[TOTP_LE] = request.session[VU_LE] = timezone.now().timestamp()


def confirmer_mot_de_passe(request: HttpRequest, aidant: Aidant, mot_de_passe: str) -> bool:
    """Check the password again before it is changed; tries are counted like those of a login."""
    essai = Echec.objects.tenter(essais.compteurs(request, aidant.courriel))
    if essai is None:
        return False
    if not aidant.check_password(mot_de_passe):
        inscrire_echec(aidant.auteur, "mot de passe")
        return False
    Echec.objects.rendre(essai)
    return True


def suivre_mot_de_passe(request: HttpRequest, aidant: Aidant) -> None:
    """Keep this session, alone, under a new key, once its account's password has changed."""
    aidant.refresh_from_db(fields=["password"])
    update_session_auth_hash(request, aidant)


def suivre_facteur_retire(request: HttpRequest, aidant: Aidant) -> None:
    """Tie this session to a factor that is left, when it was opened by the one removed."""
    liee = request.session.get(DEVICE_ID_SESSION_KEY, "")
    restants = [*facteurs.applications(aidant), *facteurs.cles_acces(aidant)]
    if restants and Device.from_persistent_id(liee) is None:
        otp_login(request, restants[0])


def est_finie(request: HttpRequest) -> bool:
    """Whether the session's twelve hours have passed."""
    debut: float = request.session.get(DEBUT, 0)
    return timezone.now().timestamp() - debut > settings.SESSION_COOKIE_AGE


def repos(request: HttpRequest) -> timedelta:
    """How long the person has asked for nothing."""
    vu_le: float = request.session.get(VU_LE, 0)
    return timedelta(seconds=timezone.now().timestamp() - vu_le)


def est_presente(request: HttpRequest) -> bool:
    """Whether a page may be opened without a new code: neither finished nor at rest."""
    return not est_finie(request) and repos(request) <= settings.INACTIVITE_MAX


def totp_donne_le(request: HttpRequest) -> datetime | None:
    instant = request.session.get(TOTP_LE)
    return datetime.fromtimestamp(instant, tz=timezone.get_current_timezone()) if instant else None


def code_recent(request: HttpRequest, *, delai: timedelta = CODE_RECENT) -> bool:
    """Whether a code was given lately enough for a serious act (securite.md, 3.4: step-up)."""
    donne_le = totp_donne_le(request)
    return donne_le is not None and timezone.now() - donne_le <= delai


@transaction.atomic
def fermer_session(request: HttpRequest, aidant: Aidant) -> None:
    _inscrire(DECONNEXION, request, aidant)
    Session.objects.finir(request.session)
    logout(request)


def _inscrire(action: Action, request: HttpRequest, aidant: Aidant) -> None:
    """Where the person works in this session: its managers read it, and no others."""
    ici = courante(request, aidant.ou_travailler())
    cadre = ici.cadre if ici else None
    Entree.objects.inscrire(action, acte=uuid.uuid4(), par=aidant.auteur, cadre=cadre)


def courante(request: HttpRequest, structures: list[Structure]) -> Structure | None:
    """The structure chosen in this session, the first by name otherwise."""
    choisie = request.session.get(STRUCTURE)
    choisies = [structure for structure in structures if str(structure.pk) == choisie]
    return next(iter(choisies or structures), None)


@transaction.atomic
def inscrire_echec(par: Auteur, etape: str) -> None:
    Entree.objects.inscrire(ECHEC_CONNEXION, acte=uuid.uuid4(), par=par, details={"etape": etape})
