"""The protocol engine: Authlib's authorization server over our own models, behind this one module.

Authlib parses, validates and forms the answers of OAuth 2.0 and OpenID Connect; state, policies,
keys and the re-checks of the mandat are ours. The "user" of its grants is a `Connexion` row.
"""

import json
import secrets
from collections import defaultdict
from datetime import datetime
from typing import Any

from authlib.oauth2.rfc6749 import AuthorizationServer, OAuth2Payload, OAuth2Request
from authlib.oauth2.rfc6749.errors import InvalidClientError, OAuth2Error
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDCode
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.utils import timezone
from joserfc.jwk import Key

from aidants.models import Aidant, Structure
from fournisseur_identite import cles, identite
from fournisseur_identite.models import Connexion, DemandeAutorisation, FournisseurService
from fournisseur_identite.models.connexions import VIE_JETON, condenser
from mandats.models import Autorisation

VIE_ID_TOKEN = 60  # seconds


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
        self.connexion: Connexion | None = None

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
        client_id = request.payload.client_id
        return bool(Connexion.objects.filter(fs__client_id=client_id, nonce=nonce).exists())

    def get_client_algorithm(self, _client: FournisseurService) -> str:
        return cles.ALG

    def get_encode_header(self, _client: FournisseurService) -> dict[str, str]:
        return {"alg": cles.ALG, "kid": str(cles.active(cles.ALG).kid), "typ": "JWT"}

    def resolve_client_private_key(self, _client: FournisseurService) -> Key:
        return cles.active(cles.ALG)

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
        perimetres = identite.rep_scope(user)
        return claims if perimetres is None else {**claims, "rep_scope": perimetres}

    def process_token(self, grant: "_GrantCode", response: Any) -> dict[str, Any]:
        jetons: dict[str, Any] = super().process_token(grant, response)
        grant.request.user.remettre_jeton(jetons["access_token"], jetons["id_token"])
        return jetons


class _GrantCode(AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]

    def save_authorization_code(self, code: str, request: Requete) -> None:
        """Write the connexion that the confirmation page prepared, with its code's digest."""
        request.user.poser_code(code, scope=request.scope)

    def query_authorization_code(self, code: str, client: FournisseurService) -> Connexion | None:
        """Return the connexion of this code, locked, when it may still be exchanged.

        A code presented twice kills what it gave (RFC 6749, section 4.1.2).
        """
        connexion = (
            Connexion.objects.verrouillees()
            .filter(code_sha256=condenser(code), fs_id=client.pk)
            .first()
        )
        if connexion is None:
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
    def query_client(self, client_id: str) -> FournisseurService | None:
        if "\x00" in client_id:  # Basic credentials may hold one, encoded; PostgreSQL refuses it
            return None
        return FournisseurService.objects.actifs().filter(client_id=client_id).first()

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


_serveur = Serveur()
_serveur.register_grant(_GrantCode, [_CodeS256(required=True), _CodeOpenID()])
_serveur.register_token_generator("default", _jetons)


def valider_demande(parametres: QueryDict, aidant: Aidant | None) -> None:
    """Run Authlib's checks on an authorization request; raise its `OAuth2Error`."""
    _serveur.get_consent_grant(Requete("GET", parametres.dict()), end_user=aidant)


@transaction.atomic
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
    grant = _serveur.get_consent_grant(requete, end_user=aidant)
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


@transaction.atomic
def echanger_code(request: HttpRequest) -> HttpResponse:
    """Answer a token request (RFC 6749, section 4.1.3), in one transaction with its journal row."""
    en_tetes = {"Authorization": request.headers.get("Authorization", "")}
    requete = Requete(request.method or "", request.POST.dict(), en_tetes)
    try:
        reponse: HttpResponse = _serveur.create_token_response(requete)
    except InvalidClientError as erreur:
        reponse = _serveur.handle_error_response(requete, erreur)
    connexion = requete.connexion
    if connexion is not None and not connexion.jeton_sha256:
        connexion.bruler_code()
    return _uniformiser(reponse)


def _uniformiser(reponse: HttpResponse) -> HttpResponse:
    """One answer for every failure of client authentication (RFC 6749, section 5.2)."""
    if reponse.status_code != 200 and json.loads(reponse.content).get("error") == "invalid_client":
        reponse = client_refuse()
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
