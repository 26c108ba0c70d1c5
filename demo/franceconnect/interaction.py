"""The browser's side of the simulator: /authorize, the choice page and logout."""

import time

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from demo.configuration import monde
from demo.franceconnect.authorization import (
    AuthorizationRequest,
    RefusedByRedirect,
    RefusedOnPage,
    accept,
    check_client,
    check_form,
)
from demo.franceconnect.identites import CIRCULAIRE, IDENTITES, TEST_IDENTITES
from demo.franceconnect.store import Grant, Session, codes, interactions, sessions
from demo.franceconnect.tokens import audience_of_hint
from demo.http import SeeOther, with_query

SESSION_COOKIE = "demo_fc_session"


@csrf_exempt  # another site's form may send the person here (OpenID Connect Core, 3.1.2.1)
@require_http_methods(["GET", "POST"])
def authorize(request: HttpRequest) -> HttpResponse:
    """Check the request, then reuse the live identity or ask the person to choose one."""
    given = request.GET if request.method == "GET" else request.POST
    params = {name: [str(value) for value in values] for name, values in given.lists()}
    try:
        check_client(params, monde().franceconnect)
        check_form(params)
        demande = accept(params)
    except RefusedOnPage as refusal:
        return _error_page(request, refusal)
    except RefusedByRedirect as refusal:
        uri, state = params["redirect_uri"][0], params["state"][0]
        return _back(uri, state, error=refusal.error, error_description=refusal.description)
    session = sessions.get(request.COOKIES.get(SESSION_COOKIE, ""))
    if session and "login" not in demande.prompt:
        return _grant(demande, session)
    return SeeOther(reverse("interaction", args=[interactions.put(demande)]))


# The address is unguessable and works once: no CSRF token, so that plain HTTP tests can drive it.
@csrf_exempt
@require_http_methods(["GET", "POST"])
def interaction(request: HttpRequest, cle: str) -> HttpResponse:
    """Show the identities (GET), or end the interaction with the button pressed (POST)."""
    demande = interactions.get(cle) if request.method == "GET" else interactions.pop(cle)
    if demande is None:
        return _error_page(request, RefusedOnPage("Y000004", "cette étape a expiré"))
    if request.method == "GET":
        context = {"identites": TEST_IDENTITES, "circulaire": CIRCULAIRE}
        return render(request, "demo/franceconnect/interaction.html", context)
    return _end(demande, request)


def _end(demande: AuthorizationRequest, request: HttpRequest) -> HttpResponse:
    identite = IDENTITES.get(request.POST.get("identite", ""))
    if identite:
        session = Session(identite, auth_time=int(time.time()))
        response = _grant(demande, session)
        key = sessions.put(session)
        response.set_cookie(SESSION_COOKIE, key, httponly=True, samesite="Lax", path="/api/v2/")
        return response
    if "erreur" in request.POST:
        error, description = "server_error", "authentication aborted due to a technical error"
    else:
        error, description = "access_denied", "user authentication aborted"
    return _back(demande.redirect_uri, demande.state, error=error, error_description=description)


def _grant(demande: AuthorizationRequest, session: Session) -> HttpResponse:
    code = codes.put(Grant(demande, session.identite, session.auth_time))
    return _back(demande.redirect_uri, demande.state, code=code)


def _back(redirect_uri: str, state: str, **params: str) -> HttpResponse:
    """Answer the client, with `iss` in errors too (RFC 9207)."""
    return SeeOther(with_query(redirect_uri, **params, state=state, iss=monde().issuer))


@require_GET
def session_end(request: HttpRequest) -> HttpResponse:
    """Close the session and go straight back (OpenID Connect RP-Initiated Logout 1.0)."""
    client = monde().franceconnect
    uri = request.GET.get("post_logout_redirect_uri", "")
    if audience_of_hint(request.GET.get("id_token_hint", "")) != client.client_id:
        return _error_page(request, RefusedOnPage("Y030116", "id_token_hint invalide"))
    if uri not in client.post_logout_redirect_uris:
        refusal = RefusedOnPage("Y030116", "post_logout_redirect_uri non enregistrée")
        return _error_page(request, refusal)
    sessions.pop(request.COOKIES.get(SESSION_COOKIE, ""))
    response = SeeOther(with_query(uri, state=request.GET.get("state", "")))
    response.delete_cookie(SESSION_COOKIE, path="/api/v2/")
    return response


def _error_page(request: HttpRequest, refusal: RefusedOnPage) -> HttpResponse:
    context = {"code": refusal.code, "motif": refusal.reason}
    return render(request, "demo/franceconnect/erreur.html", context, status=400)
