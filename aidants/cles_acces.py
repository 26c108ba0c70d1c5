"""Passkeys (WebAuthn, level 3): the ceremonies that add one, and that log in with one.

A passkey is a complete login: its device has verified its owner (a finger, a face, a code) and
holds the key. It names the account by itself, and answers to this site alone.
"""

from datetime import timedelta
from typing import Any, Final, cast

from django.db import DataError, IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone
from django_otp_webauthn.exceptions import OTPWebAuthnApiError
from django_otp_webauthn.helpers import WebAuthnHelper
from django_otp_webauthn.models import WebAuthnCredential, WebAuthnUserHandle
from webauthn.helpers import (
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
    parse_attestation_object,
    parse_authentication_credential_json,
    parse_cbor,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import InvalidRegistrationResponse, WebAuthnException
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from aidants import connexion, essais, facteurs
from aidants.acces import cle_due, est_verifie
from aidants.models import Aidant, Echec, Session
from journal.models import INCONNU

Json = dict[str, Any]

DELAI: Final = timedelta(minutes=5)  # of a challenge, as the browser is told
MAXIMUM: Final = 10  # passkeys of one account
TAILLE_MAX: Final = 1023  # bytes of an id (WebAuthn, section 4) or of a public key
ETAPE: Final = "clé d’accès"
ENREGISTREMENT: Final = "cle_enregistrement"
CONNEXION: Final = "cle_connexion"

# What browsers hand over when no attestation is asked: nothing, or the key's own signature.
_FORMATS: Final = ("none", "packed")
# What a stranger's bytes may raise in the parsers, or in PostgreSQL (a counter over its bounds, an
# id that is taken): each is a refusal, none is an error of ours.
_ILLISIBLE: Final = (
    WebAuthnException, OTPWebAuthnApiError, ValueError, TypeError, LookupError, AttributeError,
    DataError, IntegrityError,
)  # fmt: skip


class Ceremonie(WebAuthnHelper):
    """The package's ceremonies, with this site's demands."""

    def __init__(self, request: HttpRequest, nom: str = "") -> None:
        super().__init__(request)
        self.nom = nom

    def get_credential_display_name(self, user: Aidant) -> str:
        return user.nom_complet

    def get_generate_registration_options_kwargs(self, *, user: Aidant) -> Json:
        """A key that its device finds by itself, and that only its owner can use."""
        options: Json = super().get_generate_registration_options_kwargs(user=user)
        return options | {
            "authenticator_selection": AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            )
        }

    def register_complete(self, user: Aidant, state: Json, data: Json) -> WebAuthnCredential:
        objet = parse_registration_credential_json(data).response.attestation_object
        if not isinstance(parse_cbor(objet)["authData"], bytes):
            # The package would make as many zeros as a number says, and fill the memory.
            raise InvalidRegistrationResponse("authData is not bytes")
        attestation = parse_attestation_object(objet)
        if attestation.fmt not in _FORMATS or attestation.att_stmt.x5c:
            raise InvalidRegistrationResponse("An attestation that was not asked")
        return super().register_complete(user, state, data)

    def create_credential(
        self,
        user: Aidant,
        response: VerifiedRegistration,
        parsed_credential: RegistrationCredential,
        original_data: Json,
    ) -> WebAuthnCredential:
        cle = super().create_credential(user, response, parsed_credential, original_data)
        if (
            cle.discoverable is False
            or max(len(cle.credential_id), len(cle.public_key)) > TAILLE_MAX
        ):
            raise InvalidRegistrationResponse("A key that could not log in")
        # Raises when it is no point of its curve, and could verify nothing.
        decoded_public_key_to_cryptography(decode_credential_public_key(cle.public_key))
        cle.name = self.nom
        return cle

    def create_attestation(self, *_: object) -> None:
        """Keep nothing: it would tell the make of a person's device, and prove nothing here."""


def sont_gardees(request: HttpRequest, aidant: Aidant) -> bool:
    """Whether the account's keys are out of this session's reach: it owes one of them.

    Else a password and a code could put another key in their place.
    """
    return cle_due(request) and bool(facteurs.cles_acces(aidant))


def demander_enregistrement(request: HttpRequest, aidant: Aidant, *, nom: str) -> Json | None:
    """Return what the browser needs to create a passkey; None when the account has ten."""
    if len(facteurs.cles_acces(aidant)) >= MAXIMUM:
        return None
    options, etat = Ceremonie(request).register_begin(aidant)
    _poser(request, ENREGISTREMENT, etat | {"aidant": str(aidant.pk), "nom": nom})
    return cast("Json", options)


@transaction.atomic
def enregistrer(request: HttpRequest, aidant: Aidant, reponse: Json) -> WebAuthnCredential | None:
    """Add the passkey that the browser has created; None when its answer is not the one asked.

    The step-up was checked when it was asked for: refusing it now would leave on the device a key
    that opens nothing.
    """
    etat = _prendre(request, ENREGISTREMENT)
    compte = aidant.verrouiller()
    if etat is None or etat["aidant"] != str(compte.pk) or not compte.is_active:
        return None
    if len(facteurs.cles_acces(compte)) >= MAXIMUM or sont_gardees(request, compte):
        return None
    try:
        with transaction.atomic():
            cle = Ceremonie(request, etat["nom"]).register_complete(compte, etat, reponse)
    except _ILLISIBLE:
        return None
    facteurs.annoncer_ajout(compte, "cle")
    if cle_due(request):  # its device has just verified its owner, here
        connexion.lier_a_la_cle(request, cle)
    return cle


def demander_connexion(request: HttpRequest, aidant: Aidant | None = None) -> Json:
    """Return what the browser needs to log in; with an account, to take its session up again."""
    options, etat = Ceremonie(request).authenticate_begin(user=aidant)
    _poser(request, CONNEXION, etat | {"aidant": str(aidant.pk) if aidant else ""})
    return cast("Json", options)


def presenter_cle(request: HttpRequest, reponse: Json) -> Aidant | None:
    """Log in with a passkey, or take up a session again; None for every failure."""
    essai = Echec.objects.tenter(essais.compteurs_cle(request))
    if essai is None:
        return None
    with transaction.atomic():
        etat = _prendre(request, CONNEXION)
        cle = _verifier(request, etat, reponse) if etat else None
        if etat is None or cle is None:
            connexion.inscrire_echec(INCONNU, ETAPE)
            return None
        Echec.objects.rendre(essai)
        if etat["aidant"]:
            connexion.rafraichir_session(request, cle.user, cle)
        else:
            connexion.ouvrir_session(request, cle.user, cle)
    return cast("Aidant", cle.user)


def _verifier(request: HttpRequest, etat: Json, reponse: Json) -> WebAuthnCredential | None:
    """The passkey, its counter and last use written; its owner locked, so read as they are now."""
    try:
        with transaction.atomic():
            lue = parse_authentication_credential_json(reponse)
            compte = _titulaire(lue)
            if compte is None or not _est_attendu(request, compte, lue, etat):
                return None
            cle = Ceremonie(request).authenticate_complete(compte, etat, reponse)
    except _ILLISIBLE:
        return None
    cle.user = compte
    return cle


def _titulaire(lue: AuthenticationCredential) -> Aidant | None:
    empreinte = WebAuthnCredential.get_credential_id_sha256(lue.raw_id)
    cles = WebAuthnCredential.objects.filter(credential_id_sha256=empreinte, confirmed=True)
    cle = cles.select_related("user").first()
    return cle.user.verrouiller() if cle else None


def _est_attendu(
    request: HttpRequest, compte: Aidant, lue: AuthenticationCredential, etat: Json
) -> bool:
    """Whether this account may answer: active, named by its key, and the session's if it has one.

    WebAuthn, section 7.2, step 6: the user handle tells the owner, and must when nobody else did.
    """
    poignee = lue.response.user_handle
    if not compte.is_active:
        return False
    if poignee is not None and poignee != WebAuthnUserHandle.get_handle_for_user(compte):
        return False
    if etat["aidant"]:
        return est_verifie(request) and str(request.user.pk) == etat["aidant"] == str(compte.pk)
    return poignee is not None


def _poser(request: HttpRequest, usage: str, etat: Json) -> None:
    request.session[usage] = etat | {"le": timezone.now().timestamp()}


def _prendre(request: HttpRequest, usage: str) -> Json | None:
    """Take a challenge out of its session, for good; None when it is lost or too old.

    The session's row is locked: of two answers at the same time, the second finds nothing.
    """
    lignes = Session.objects.select_for_update()
    ligne = lignes.filter(session_key=request.session.session_key).first()
    if ligne is None:
        return None
    request.session.pop(usage, None)
    etat: Json | None = ligne.get_decoded().get(usage)
    if etat is None:
        return None
    request.session.save()
    age = timezone.now().timestamp() - etat["le"]
    return etat if age <= DELAI.total_seconds() else None
