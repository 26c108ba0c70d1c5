"""The protocol engine: Authlib's authorization server over our own models, behind this one module.

Authlib parses, validates and forms the answers of OAuth 2.0 and OpenID Connect; state, policies,
keys and the re-checks of the mandat are ours. The "user" of its grants is a `Connexion` row.
"""

import copy
import json
import secrets
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from authlib.oauth2.rfc6749 import AuthorizationServer, OAuth2Payload, OAuth2Request
from authlib.oauth2.rfc6749.errors import InvalidClientError, InvalidRequestError, OAuth2Error
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDCode
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.utils import timezone
from joserfc.jwk import Key, OctKey

from aidants.models import Aidant, Structure
from fournisseur_identite import assertions, cles, debits, identite
from fournisseur_identite.models import Connexion, DemandeAutorisation, FournisseurService
from fournisseur_identite.models.connexions import VIE_JETON
from fournisseur_identite.models.services import Alg, Authentification
from mandats.models import Autorisation

VIE_ID_TOKEN = 60  # seconds
AUTHENTIFICATIONS = ("client_secret_basic", "client_secret_post", "private_key_jwt")


class _Charge(OAuth2Payload):
    """The parameters of one request, as Authlib wants to read them."""

    def __init__(self, parametres: dict[str, Any]) -> None:
        self._data = parametres

    @property
    def data(self) -> dict[str, Any]:
        return self._data

    @property
    def datalist(self) -> defaultdict[str, list[Any]]:
        return defaultdict(list, {cle: [valeur] for cle, valeur in self._data.items()})


class Requete(OAuth2Request):
    """A request of Authlib's, with the connexion that it created or presents."""

    def __init__(
        self, methode: str, parametres: dict[str, Any], en_tetes: dict[str, str] | None = None
    ) -> None:
        super().__init__(methode, f"{settings.SITE_URL}/oidc/", headers=en_tetes or {})
        self.payload = _Charge(parametres)
        self.lue: Connexion | None = None  # the one that its code names
        self.connexion: Connexion | None = None  # the same, when the code may be exchanged

    @property
    def form(self) -> dict[str, Any]:
        return self.payload.data


class _CodeS256(CodeChallenge):
    DEFAULT_CODE_CHALLENGE_METHOD = "S256"
    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]


class _CodeOpenID(OpenIDCode):
    """The id_token of a code, and the moment when both tokens are handed out."""

    def exists_nonce(self, nonce: str, request: Requete) -> bool:
        """A nonce that brought a code to this client once brings no second one."""
        client_id = str(request.payload.client_id)
        return bool(Connexion.objects.nonce_a_servi(nonce, client_id=client_id))

    def get_client_algorithm(self, client: FournisseurService) -> str:
        return str(client.id_token_alg)

    def get_encode_header(self, client: FournisseurService) -> dict[str, str]:
        en_tete = {"alg": str(client.id_token_alg), "typ": "JWT"}
        if client.id_token_alg == Alg.HS256:
            return en_tete
        return {**en_tete, "kid": str(cles.active(client.id_token_alg).kid)}

    def resolve_client_private_key(self, client: FournisseurService) -> Key:
        """Ours; for HS256 the client's secret, which it has just sent and we do not keep."""
        if client.id_token_alg == Alg.HS256:
            return OctKey.import_key(client.secret_presente)
        return cles.active(client.id_token_alg)

    def get_compatible_claims(self, request: Requete) -> dict[str, Any]:
        maintenant = int(timezone.now().timestamp())
        return {
            "iss": settings.SITE_URL,
            "aud": request.client.client_id,
            "iat": maintenant,
            "exp": maintenant + VIE_ID_TOKEN,
        }

    def generate_user_info(self, user: Connexion, _scope: str) -> dict[str, Any]:
        """The subject and the perimeter; names and dates are for userinfo."""
        claims: dict[str, Any] = {"sub": identite.sub(user.fs, user.autorisation.mandat.usager)}
        if user.fs.logout_uri:
            claims["sid"] = user.sid
        if user.fs.voit_l_aidant:
            claims["act"] = {"sub": identite.sub_aidant(user.fs, user.aidant)}
        return claims | identite.rep_scope(user, "id_token")

    def process_token(self, grant: "_GrantCode", response: Any) -> dict[str, Any]:
        jetons: dict[str, Any] = super().process_token(grant, response)
        grant.request.user.remettre_jeton(jetons["access_token"], jetons["id_token"])
        return jetons


class _GrantCode(AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = list(AUTHENTIFICATIONS)

    def save_authorization_code(self, code: str, request: Requete) -> None:
        """Write the connexion that the confirmation page prepared, with its code's digest."""
        if not request.user.poser_code(code, scope=request.scope):
            raise InvalidRequestError("Replay attack")  # as Authlib says it of one used before

    def query_authorization_code(self, code: str, client: FournisseurService) -> Connexion | None:
        """Return the connexion of this code, locked, when it may still be exchanged.

        A code presented twice kills what it gave (RFC 6749, section 4.1.2).
        """
        connexion = self.request.lue or Connexion.objects.par_code(code)
        if connexion is None or connexion.fs_id != client.pk:
            return None
        if connexion.code_servi_le is not None:
            connexion.fermer()
        if connexion.refus_de_code() is not None:
            return None
        self.request.connexion = connexion
        cles.actualiser(connexion.generation_des_cles)
        return connexion

    def authenticate_user(self, authorization_code: Connexion) -> Connexion:
        return authorization_code

    def delete_authorization_code(self, authorization_code: Connexion) -> None:
        """Nothing: `Connexion.remettre_jeton` has marked the code as served."""


class Serveur(AuthorizationServer):
    connu: FournisseurService | None = None

    def sachant(self, fs: FournisseurService | None) -> "Serveur":
        """The same server, for one request whose client has been read already."""
        copie = copy.copy(self)
        copie.connu = fs
        copie._client_auth = copy.copy(self._client_auth)
        copie._client_auth.query_client = copie.query_client
        return copie

    def query_client(self, client_id: str) -> FournisseurService | None:
        if self.connu is not None and self.connu.actif and self.connu.client_id == client_id:
            return self.connu
        if "\x00" in client_id:  # Basic credentials may hold one, encoded; PostgreSQL refuses it
            return None
        return FournisseurService.objects.actif_nomme(client_id)

    def authenticate_client(
        self, request: Requete, methods: Sequence[str], endpoint: str = "token"
    ) -> FournisseurService:
        """Whoever proved to be this client, within its rate."""
        fs: FournisseurService = super().authenticate_client(request, methods, endpoint)
        if not debits.APPELS_FS.prendre(fs.client_id):
            raise debits.TropDAppels
        return fs

    def save_token(self, token: dict[str, Any], request: Requete) -> None:
        """Nothing: the token is kept with the id_token, in one write, by `process_token`."""

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nothing: this code base has no signals."""

    def create_oauth2_request(self, request: Requete) -> Requete:
        return request

    def handle_response(
        self, status: int, body: Any, headers: list[tuple[str, str]]
    ) -> HttpResponse:
        contenu = json.dumps(body) if isinstance(body, dict) else body
        return HttpResponse(contenu, status=status, headers=dict(headers))


def _jetons(**_contexte: Any) -> dict[str, Any]:
    contexte = _contexte["user"]
    return {
        "token_type": "Bearer",
        "access_token": secrets.token_urlsafe(32),
        "expires_in": int(VIE_JETON.total_seconds()),
        "scope": contexte.scope,
    }


def _par_assertion(query_client: Any, request: Requete) -> FournisseurService | None:
    """Authenticate a client by `private_key_jwt`; None when it sent no assertion."""
    donnees = request.form
    assertion = donnees.get("client_assertion")
    if not assertion or donnees.get("client_assertion_type") != assertions.TYPE:
        return None
    try:
        client_id = assertions.client_nomme(assertion)
        fs: FournisseurService | None = query_client(client_id)
        if fs is None or donnees.get("client_id", client_id) != client_id:
            raise InvalidClientError
        if fs.authentification == Authentification.CLE:
            assertions.verifier(assertion, fs)
    except assertions.AssertionRefusee as refus:
        raise InvalidClientError from refus
    return fs


_serveur = Serveur()
_serveur.register_client_auth_method("private_key_jwt", _par_assertion)
_serveur.register_grant(_GrantCode, [_CodeS256(required=True), _CodeOpenID()])
_serveur.register_token_generator("default", _jetons)


def valider_demande(
    parametres: QueryDict, aidant: Aidant | None, *, fs: FournisseurService
) -> None:
    """Run Authlib's checks on an authorization request; raise its `OAuth2Error`."""
    _serveur.sachant(fs).get_consent_grant(Requete("GET", parametres.dict()), end_user=aidant)


def delivrer_code(
    demande: DemandeAutorisation,
    *,
    aidant: Aidant,
    structure: Structure,
    autorisation: Autorisation,
    auth_time: datetime,
) -> str:
    """Write the connexion of a confirmed request and return its code; the caller has checked.

    Raises `OAuth2Error` when the request does not hold any more (a nonce used meanwhile).
    """
    requete = Requete("GET", demande.parametres)
    grant = _serveur.sachant(demande.fs).get_consent_grant(requete, end_user=aidant)
    requete.user = Connexion(
        demande=demande,
        fs=demande.fs,
        aidant=aidant,
        structure=structure,
        autorisation=autorisation,
        auth_time=auth_time,
    )
    code: str = grant.generate_authorization_code()
    grant.save_authorization_code(code, requete)
    return code


def echanger_code(request: HttpRequest) -> HttpResponse:
    """Answer a token request (RFC 6749, section 4.1.3), in one transaction with its journal row."""
    return _echanger(_requete_de(request))


@transaction.atomic
def _echanger(requete: Requete) -> HttpResponse:
    requete.lue = _lue_par_son_code(requete)
    serveur = _serveur.sachant(requete.lue.fs if requete.lue else None)
    try:
        reponse: HttpResponse = serveur.create_token_response(requete)
    except InvalidClientError as erreur:
        reponse = serveur.handle_error_response(requete, erreur)
    connexion = requete.connexion
    if connexion is not None and not connexion.jeton_sha256:
        connexion.bruler_code()
    return _uniformiser(reponse)


def _lue_par_son_code(requete: Requete) -> Connexion | None:
    """The connexion of the code, locked, with the client that it is for: read in one statement.

    Whoever calls must still prove to be that client; the row says nothing to anybody before.
    """
    code = requete.form.get("code")
    return Connexion.objects.par_code(code) if code else None


def _requete_de(request: HttpRequest) -> Requete:
    """What Authlib reads; of a header that is not Basic it makes an error of its own (500)."""
    en_tete = request.headers.get("Authorization", "")
    en_tetes = {"Authorization": en_tete} if en_tete.lower().startswith("basic ") else {}
    _preparer_les_cles(request)
    return Requete(request.method or "", request.POST.dict(), en_tetes)


def _preparer_les_cles(request: HttpRequest) -> None:
    """Where the client publishes its keys, read them now: what follows may be a transaction."""
    if assertion := request.POST.get("client_assertion"):
        with suppress(assertions.AssertionRefusee):  # said by the authentication itself
            fs = _serveur.query_client(assertions.client_nomme(assertion))
            if fs is not None:
                assertions.preparer(assertion, fs)


def authentifier(request: HttpRequest) -> FournisseurService:
    """The client that calls one of our server endpoints; raise Authlib's error for another."""
    return _serveur.authenticate_client(_requete_de(request), AUTHENTIFICATIONS)


def reponse_d_erreur(erreur: OAuth2Error) -> HttpResponse:
    """An error of a server endpoint, in JSON (RFC 6749, section 5.2)."""
    statut = 400 if erreur.status_code == 302 else erreur.status_code
    return _uniformiser(JsonResponse(parametres_erreur(erreur), status=statut))


def _uniformiser(reponse: HttpResponse) -> HttpResponse:
    """One answer for every failure of client authentication (RFC 6749, section 5.2)."""
    if reponse.status_code != 200 and json.loads(reponse.content).get("error") == "invalid_client":
        reponse = client_refuse()
    if reponse.status_code == 429:
        reponse["Retry-After"] = debits.ATTENTE
    reponse["Cache-Control"] = "no-store"
    reponse["Pragma"] = "no-cache"
    return reponse


def client_refuse() -> HttpResponse:
    """The one answer to an unknown client, a wrong secret and an unreadable header."""
    reponse = erreur_json("invalid_client", "Client authentication failed.", status=401)
    reponse["WWW-Authenticate"] = 'Basic realm="oidc"'
    return reponse


def erreur_json(erreur: str, description: str, *, status: int = 400) -> HttpResponse:
    """A standard error body (RFC 6749, section 5.2)."""
    return JsonResponse({"error": erreur, "error_description": description}, status=status)


def parametres_erreur(erreur: OAuth2Error) -> dict[str, str]:
    """The `error` and `error_description` of a redirected error."""
    description = erreur.description or ""
    return {"error": str(erreur.error)} | (
        {"error_description": description} if description else {}
    )
