"""FranceConnect as the source of an usager's identity (OpenID Connect, authorization code flow).

A round trip is bound to the browser's own session: `state` and `nonce` of 43 characters, kept
there with what the identification is for. Algorithms are pinned, never read from the token. The
`sub` and the tokens are never stored.
"""

import functools
import secrets
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.core.cache import cache
from django.utils import timezone
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import JWTClaimsRegistry

from usagers.identite import Identite, IdentiteInvalide, depuis_claims

SCOPES: Final = (
    "openid given_name family_name preferred_username gender birthdate birthplace birthcountry "
    "email idp_birthdate idp_id"
)
ACR: Final = "eidas1"
ACR_SUFFISANTS: Final = ("eidas1", "eidas2", "eidas3")
ALG: Final = "ES256"
TOLERANCE: Final = 30  # seconds on `exp`
CACHE: Final = 3600  # seconds, for discovery and keys
POINTS: Final = (
    "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri",
    "end_session_endpoint",
)  # fmt: skip
_ALLERS = "fc_allers"
_SORTIES = "fc_sorties"
_ALLERS_MAX = 5
_ALLER_DUREE = 1800  # seconds: FranceConnect's own session


class Motif(StrEnum):
    """Why an identification did not succeed; the page puts it into words."""

    ABANDON = "abandon"
    INDISPONIBLE = "indisponible"
    INCONNU = "inconnu"
    INVALIDE = "invalide"
    PAR_AIDANTS_CONNECT = "par_aidants_connect"
    AUTRE_PERSONNE = "autre_personne"
    SESSION = "session"
    ERREUR = "erreur"


class IdentificationImpossible(Exception):
    """No identity; `objet` names what the identification was for, where it is known."""

    def __init__(self, motif: Motif, objet: str = "", but: str = "") -> None:
        super().__init__(motif)
        self.motif, self.objet, self.but = motif, objet, but


@dataclass(frozen=True, kw_only=True)
class Identification:
    """A round trip that came back well: who, what for, and how to log out of FranceConnect."""

    identite: Identite
    but: str
    objet: str
    id_token: str


def url_retour() -> str:
    return f"{settings.SITE_URL}/franceconnect/retour/"


def url_sortie() -> str:
    return f"{settings.SITE_URL}/franceconnect/sortie/"


def decouverte() -> dict[str, Any]:
    """Return FranceConnect's metadata, cached; the issuer must be the one that we know."""
    document: dict[str, Any] | None = cache.get("fc:decouverte")
    if document is None:
        document = _lire_json(f"{settings.FC_ISSUER}/.well-known/openid-configuration")
        complet = document.keys() >= set(POINTS)
        if document.get("issuer") != settings.FC_ISSUER or not complet:
            raise IdentificationImpossible(Motif.INDISPONIBLE)
        cache.set("fc:decouverte", document, CACHE)
    return document


@functools.cache
def _autorites() -> ssl.SSLContext:
    """The certificates that are trusted, read once: each call would take 20 ms of CPU to do so."""
    return httpx2.create_ssl_context()


def _lire_json(url: str) -> dict[str, Any]:
    try:
        reponse = httpx2.get(url, timeout=settings.FC_DELAI, verify=_autorites())
        reponse.raise_for_status()
        contenu = reponse.json()
    except (httpx2.HTTPError, ValueError) as erreur:
        raise IdentificationImpossible(Motif.INDISPONIBLE) from erreur
    return contenu if isinstance(contenu, dict) else {}


def _cles(*, relire: bool = False) -> KeySet:
    document: Any = None if relire else cache.get("fc:cles")
    if document is not None:
        return KeySet.import_key_set(document)
    document = _lire_json(decouverte()["jwks_uri"])
    cles = _importer(document)
    cache.set("fc:cles", document, CACHE)  # a breakdown is never kept
    return cles


def _importer(document: Any) -> KeySet:
    try:
        cles = KeySet.import_key_set(document)
    except (JoseError, LookupError, TypeError, ValueError, AttributeError) as erreur:
        raise IdentificationImpossible(Motif.INDISPONIBLE) from erreur
    if not cles.keys:
        raise IdentificationImpossible(Motif.INDISPONIBLE)
    return cles


def _client() -> OAuth2Client:
    return OAuth2Client(
        client_id=settings.FC_CLIENT_ID,
        client_secret=settings.FC_CLIENT_SECRET,
        token_endpoint_auth_method="client_secret_post",  # noqa: S106 - a method's name
        redirect_uri=url_retour(),
        scope=SCOPES,
        timeout=settings.FC_DELAI,
        verify=_autorites(),
    )


def partir(session: SessionBase, *, but: str, objet: str = "") -> str:
    """Start a round trip and return FranceConnect's address; `objet` names what it is for."""
    adresse = decouverte()["authorization_endpoint"]
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    allers: dict[str, Any] = session.get(_ALLERS, {})
    allers[state] = {
        "nonce": nonce,
        "verifier": verifier,
        "but": but,
        "objet": objet,
        "le": timezone.now().timestamp(),
    }
    session[_ALLERS] = dict(list(allers.items())[-_ALLERS_MAX:])
    parametres = {
        "state": state,
        "nonce": nonce,
        "acr_values": ACR,
        "prompt": "login",
        "code_challenge": create_s256_code_challenge(verifier),
        "code_challenge_method": "S256",
    }
    url, _ = _client().create_authorization_url(adresse, **parametres)
    return str(url)


def revenir(session: SessionBase, parametres: Mapping[str, str]) -> Identification:
    """Finish a round trip from the parameters of the callback, once.

    Raises `IdentificationImpossible`, with its reason and what the trip was for.
    """
    allers: dict[str, Any] = session.get(_ALLERS, {})
    aller = allers.pop(parametres.get("state", ""), None)
    session[_ALLERS] = allers
    if aller is None or timezone.now().timestamp() - aller["le"] > _ALLER_DUREE:
        raise IdentificationImpossible(Motif.INCONNU)
    try:
        return _echanger(aller, parametres)
    except IdentificationImpossible as echec:
        raise IdentificationImpossible(echec.motif, aller["objet"], aller["but"]) from echec


def _echanger(aller: dict[str, Any], parametres: Mapping[str, str]) -> Identification:
    _refuser_erreur(parametres)
    try:
        jetons = _jetons(parametres["code"], aller)
        id_token = _valider_id_token(str(jetons["id_token"]), aller["nonce"])
        claims = _userinfo(jetons["access_token"], id_token["sub"])
        identite = depuis_claims(claims)
    except httpx2.HTTPError as erreur:
        raise IdentificationImpossible(Motif.INDISPONIBLE) from erreur
    except (JoseError, OAuthError, IdentiteInvalide, KeyError, ValueError) as erreur:
        raise IdentificationImpossible(Motif.INVALIDE) from erreur
    if not claims.get("idp_id"):  # not said: it could be Aidants Connect itself
        raise IdentificationImpossible(Motif.INVALIDE)
    if claims["idp_id"] in settings.FC_FI_REFUSES:
        raise IdentificationImpossible(Motif.PAR_AIDANTS_CONNECT)
    return Identification(
        identite=identite, but=aller["but"], objet=aller["objet"], id_token=jetons["id_token"]
    )


def _refuser_erreur(parametres: Mapping[str, str]) -> None:
    """Refuse a redirected error, and an answer of another issuer (RFC 9207)."""
    if parametres.get("error") == "access_denied":
        raise IdentificationImpossible(Motif.ABANDON)
    if parametres.get("error") in ("server_error", "temporarily_unavailable"):
        raise IdentificationImpossible(Motif.INDISPONIBLE)
    if "error" in parametres or "code" not in parametres:
        raise IdentificationImpossible(Motif.ERREUR)
    attendu = decouverte().get("authorization_response_iss_parameter_supported")
    if (attendu or "iss" in parametres) and parametres.get("iss") != settings.FC_ISSUER:
        raise IdentificationImpossible(Motif.INVALIDE)


def _jetons(code: str, aller: dict[str, Any]) -> dict[str, Any]:
    with _client() as client:
        jetons: dict[str, Any] = client.fetch_token(
            decouverte()["token_endpoint"],
            grant_type="authorization_code",
            code=code,
            code_verifier=aller["verifier"],
        )
    return jetons


def _valider_id_token(valeur: str, nonce: str) -> dict[str, Any]:
    claims = _verifier_jwt(valeur)
    regles = JWTClaimsRegistry(
        leeway=TOLERANCE,
        iss={"essential": True, "value": settings.FC_ISSUER},
        aud={"essential": True, "value": settings.FC_CLIENT_ID},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
        nonce={"essential": True, "value": nonce},
        acr={"essential": True, "values": list(ACR_SUFFISANTS)},
    )
    regles.validate(claims)
    return claims


def _userinfo(jeton: str, sub: str) -> dict[str, Any]:
    reponse = httpx2.get(
        decouverte()["userinfo_endpoint"],
        headers={"Authorization": f"Bearer {jeton}", "Accept": "application/jwt"},
        timeout=settings.FC_DELAI,
        verify=_autorites(),
    )
    reponse.raise_for_status()
    claims = _verifier_jwt(reponse.text)
    JWTClaimsRegistry(
        leeway=TOLERANCE,
        iss={"essential": True, "value": settings.FC_ISSUER},
        aud={"essential": True, "value": settings.FC_CLIENT_ID},
        sub={"essential": True, "value": sub},
    ).validate(claims)
    return claims


def _verifier_jwt(valeur: str) -> dict[str, Any]:
    """Check the signature under FranceConnect's keys, read again once for an unknown one."""
    try:
        return jwt.decode(valeur, _cles(), algorithms=[ALG]).claims
    except (JoseError, ValueError):
        return jwt.decode(valeur, _cles(relire=True), algorithms=[ALG]).claims


def fermer(session: SessionBase, id_token: str, *, suite: str) -> str:
    """Return the address that ends FranceConnect's session, then comes back to `suite`.

    The browser is the aidant's, shared with all the people that they help.
    """
    state = secrets.token_urlsafe(32)
    session[_SORTIES] = {state: suite}
    requete = httpx2.QueryParams(
        {
            "id_token_hint": id_token,
            "post_logout_redirect_uri": url_sortie(),
            "state": state,
        }
    )
    return f"{decouverte()['end_session_endpoint']}?{requete}"


def suite_de_sortie(session: SessionBase, state: str) -> str | None:
    """Return where to go on after the logout at FranceConnect, once; None for a foreign state."""
    suite: str | None = session.pop(_SORTIES, {}).get(state)
    return suite
