import os

from authlib.integrations.django_client import OAuth, OAuthError
from django.http import HttpRequest, HttpResponse, JsonResponse

SERVICE = os.environ["SERVICE"]

oauth = OAuth()
oauth.register(
    "service",
    client_id=os.environ["CLIENT_ID"],
    client_secret=os.environ["CLIENT_SECRET"],
    server_metadata_url=f"{SERVICE}/.well-known/openid-configuration",
    client_kwargs={
        "scope": "openid profile birth email",
        "code_challenge_method": "S256",
        "default_timeout": 6,
        "leeway": 0,  # by default a token is given up 60 seconds early, and ours live 60
    },
)


def depart(request: HttpRequest) -> HttpResponse:
    """Send the browser to us, when the aidant wants to act for somebody."""
    retour = request.build_absolute_uri("/authlib/retour")
    return oauth.service.authorize_redirect(request, retour, acr_values="eidas1")


def arrive(request: HttpRequest) -> HttpResponse:
    """The browser comes back: `userinfo` of the tokens is the verified id_token."""
    if request.GET.get("iss") != SERVICE:  # RFC 9207, which the library does not check
        raise OAuthError(description="Another issuer answers.")
    tokens = oauth.service.authorize_access_token(request, leeway=5)
    identity = oauth.service.userinfo(token=tokens)
    if identity["sub"] != tokens["userinfo"]["sub"]:
        raise OAuthError(description="This identity is somebody else's.")
    request.session.cycle_key()
    request.session["person"] = dict(identity)
    request.session["id_token"] = tokens["id_token"]
    return JsonResponse(identity)


def leave(request: HttpRequest) -> HttpResponse:
    """End the person's session here, then the use at ours."""
    hint = request.session.get("id_token")
    request.session.flush()
    sortie = request.build_absolute_uri("/sortie")
    return oauth.service.logout_redirect(request, sortie, id_token_hint=hint)
