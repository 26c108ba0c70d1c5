"""The machine side of the simulator: discovery, keys, token, userinfo, revocation."""

import hmac
import time

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from demo.configuration import Client, monde
from demo.franceconnect import panne, tokens
from demo.franceconnect.authorization import ACR, verifies
from demo.franceconnect.claims import SCOPES
from demo.franceconnect.store import Grant, access_tokens, codes, spent_codes
from demo.http import SeeOther


@require_GET
def discovery(request: HttpRequest) -> HttpResponse:
    """Describe the provider as FranceConnect v2 describes itself."""
    issuer = monde().issuer
    return JsonResponse(
        {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "userinfo_endpoint": f"{issuer}/userinfo",
            "jwks_uri": f"{issuer}/jwks",
            "end_session_endpoint": f"{issuer}/session/end",
            "revocation_endpoint": f"{issuer}/token/revocation",
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["pairwise"],
            "acr_values_supported": [ACR],
            "scopes_supported": list(SCOPES),
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "revocation_endpoint_auth_methods_supported": ["client_secret_post"],
            "id_token_signing_alg_values_supported": [tokens.ALG],
            "userinfo_signing_alg_values_supported": [tokens.ALG],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
            "claims_parameter_supported": True,
            "request_parameter_supported": False,
            "request_uri_parameter_supported": False,
        }
    )


@require_GET
def jwks(request: HttpRequest) -> HttpResponse:
    """Publish the public key."""
    return JsonResponse(tokens.public_keys())


@csrf_exempt  # a server calls it, authenticated by its secret
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """Exchange a code, once, within 30 seconds."""
    if panne.suffer():
        return _error("server_error", "panne simulée", 500)
    client = monde().franceconnect
    if not _is_authenticated(request, client):
        return _error("invalid_client", "client authentication failed", 401)
    if request.POST.get("grant_type") != "authorization_code":
        return _error("unsupported_grant_type", "only authorization_code is supported", 400)
    grant = _redeem(request, client)
    if grant is None:
        return _error("invalid_grant", "grant request is invalid", 400)
    return _token_response(request.POST["code"], grant)


def _token_response(code: str, grant: Grant) -> HttpResponse:
    access_token = access_tokens.put(grant)
    spent_codes.put(access_token, key=code)
    return JsonResponse(
        {
            "access_token": access_token,
            "expires_in": tokens.LIFETIME,
            "id_token": tokens.id_token(grant, monde().issuer, int(time.time())),
            "scope": " ".join(grant.request.scopes),
            "token_type": "Bearer",
        }
    )


def _redeem(request: HttpRequest, client: Client) -> Grant | None:
    """Take the code out of memory before anything else: a wrong try burns it."""
    code = request.POST.get("code", "")
    grant = codes.pop(code)
    if grant is None:
        access_tokens.pop(spent_codes.pop(code) or "")
        return None
    bound_to_caller = (
        grant.request.client_id == client.client_id
        and grant.request.redirect_uri == request.POST.get("redirect_uri")
        and verifies(request.POST.get("code_verifier", ""), grant.request.code_challenge)
    )
    return grant if bound_to_caller else None


def _is_authenticated(request: HttpRequest, client: Client) -> bool:
    """Tell whether the client proved itself by client_secret_post, the only method."""
    if "Authorization" in request.headers:
        return False
    known = request.POST.get("client_id", "") == client.client_id
    secret = request.POST.get("client_secret", "")
    return hmac.compare_digest(secret.encode(), client.client_secret.encode()) and known


@csrf_exempt  # a server calls it, with a bearer token
@require_http_methods(["GET", "POST"])
def userinfo(request: HttpRequest) -> HttpResponse:
    """Return the signed claims to the bearer of a live access token."""
    scheme, _, access_token = request.headers.get("Authorization", "").partition(" ")
    grant = access_tokens.get(access_token) if scheme.lower() == "bearer" else None
    if grant is None:
        response = _error("invalid_token", "invalid token provided", 401)
        response.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
        return response
    body = tokens.userinfo(grant, monde().issuer, int(time.time()))
    return HttpResponse(body, content_type="application/jwt")


@csrf_exempt  # a server calls it, authenticated by its secret
@require_POST
def revocation(request: HttpRequest) -> HttpResponse:
    """Forget an access token; an unknown one is no error (RFC 7009 section 2.2)."""
    if not _is_authenticated(request, monde().franceconnect):
        return _error("invalid_client", "client authentication failed", 401)
    access_tokens.pop(request.POST.get("token", ""))
    return HttpResponse()


# A switch for the tour and for tests: open to all on 127.0.0.1, by design.
@csrf_exempt
@require_POST
def switch_panne(request: HttpRequest) -> HttpResponse:
    """Put a breakdown in force, then go home."""
    mode = request.POST.get("mode", "")
    if mode not in panne.MODES:
        return HttpResponseBadRequest("mode inconnu")
    panne.choose(mode)
    return SeeOther("/#panne")


def _error(error: str, description: str, status: int) -> JsonResponse:
    return JsonResponse({"error": error, "error_description": description}, status=status)
