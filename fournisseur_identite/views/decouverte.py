"""Static documents: discovery and public keys, cacheable, readable from any origin, without SQL."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from aidants.acces import sans_session
from fournisseur_identite import assertions, cles, moteur
from fournisseur_identite.identite import CLAIMS_PAR_SCOPE
from fournisseur_identite.models.connexions import ACR
from fournisseur_identite.requetes import MODES_DE_REPONSE

CLAIMS_DU_PROTOCOLE = (
    "sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "at_hash", "sid", "act",
    "rep_scope",
)  # fmt: skip
CACHE = "public, max-age=300"  # shorter than the notice that a new key is given
CACHE_SANS_BASE = "public, max-age=30"  # of keys that could not be read again


def metadonnees() -> dict[str, Any]:
    """Provider metadata (OpenID Connect Discovery 1.0, section 3; RFC 8414)."""
    site = settings.SITE_URL
    claims = {claim for liste in CLAIMS_PAR_SCOPE.values() for claim in liste}
    return {
        "issuer": site,
        "authorization_endpoint": site + reverse("oidc_authorize"),
        "token_endpoint": site + reverse("oidc_token"),
        "userinfo_endpoint": site + reverse("oidc_userinfo"),
        "jwks_uri": site + reverse("oidc_jwks"),
        "end_session_endpoint": site + reverse("oidc_logout"),
        "pushed_authorization_request_endpoint": site + reverse("oidc_par"),
        "revocation_endpoint": site + reverse("oidc_revoke"),
        "introspection_endpoint": site + reverse("oidc_introspect"),
        "scopes_supported": ["openid", "profile", "email", "birth"],
        "response_types_supported": ["code"],
        "response_modes_supported": list(MODES_DE_REPONSE),
        "grant_types_supported": ["authorization_code"],
        "acr_values_supported": [ACR],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": [*cles.ALGS, "HS256"],
        "userinfo_signing_alg_values_supported": list(cles.ALGS),
        **_authentification(),
        "code_challenge_methods_supported": ["S256"],
        "claims_supported": [*CLAIMS_DU_PROTOCOLE, *sorted(claims)],
        "claims_parameter_supported": True,
        "require_pushed_authorization_requests": False,
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "authorization_response_iss_parameter_supported": True,
        "prompt_values_supported": ["none", "login", "consent"],
    }


def _authentification() -> dict[str, list[str]]:
    """How a client may prove who it is, at each endpoint that asks (RFC 8414, section 2)."""
    return {
        f"{endpoint}_endpoint_auth_{suite}": list(valeurs)
        for endpoint in ("token", "revocation", "introspection")
        for suite, valeurs in (
            ("methods_supported", moteur.AUTHENTIFICATIONS),
            ("signing_alg_values_supported", assertions.ALGS),
        )
    }


def _publier(
    request: HttpRequest, document: Mapping[str, Any], cache: str = CACHE
) -> HttpResponseBase:
    """Answer the document, or 304 to whoever has it already (RFC 9110, section 13.1.2)."""
    reponse = JsonResponse(document)
    reponse["Cache-Control"] = cache
    reponse["Access-Control-Allow-Origin"] = "*"
    reponse["Cross-Origin-Resource-Policy"] = "cross-origin"
    etag = quote_etag(hashlib.sha256(reponse.content).hexdigest()[:32])
    reponse["ETag"] = etag
    conditionnelle = get_conditional_response(request, etag=etag, response=reponse)
    return conditionnelle or reponse


@sans_session
@require_safe
def openid_configuration(request: HttpRequest) -> HttpResponseBase:
    return _publier(request, metadonnees())


@sans_session
@require_safe
def oidc_jwks(request: HttpRequest) -> HttpResponseBase:
    document, relues = cles.a_publier()
    return _publier(request, document, CACHE if relues else CACHE_SANS_BASE)
