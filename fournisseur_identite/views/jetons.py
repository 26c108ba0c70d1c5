"""/oidc/token and /oidc/userinfo: what the FS's server calls; nothing of it in a browser."""

import base64
from urllib.parse import unquote_plus

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from joserfc import jwt

from fournisseur_identite import cles, moteur
from fournisseur_identite.identite import claims_identite
from fournisseur_identite.models import Connexion
from fournisseur_identite.models.connexions import condenser

CORPS_MAX = 16_384  # bytes


@csrf_exempt  # a server calls it, authenticated by its secret
@login_not_required
def oidc_token(request: HttpRequest) -> HttpResponse:
    """Exchange a code (RFC 6749, section 3.2: by POST only)."""
    if request.method != "POST":
        reponse = moteur.erreur_json("invalid_request", "Use POST.", status=405)
        reponse["Allow"] = "POST"
        return reponse
    if erreur := _erreur_de_forme(request):
        return moteur.erreur_json("invalid_request", erreur)
    try:
        client_id = _client_de_l_en_tete(request)
    except ValueError:
        return moteur.client_refuse()
    if client_id and request.POST.get("client_id", client_id) != client_id:
        return moteur.erreur_json("invalid_request", "Two clients are named.")
    return moteur.echanger_code(request)


def _erreur_de_forme(request: HttpRequest) -> str:
    """Answer what is wrong with the form of a token request; empty when nothing is."""
    if int(request.headers.get("Content-Length") or 0) > CORPS_MAX:
        return "The body is too large."
    if request.content_type != "application/x-www-form-urlencoded":
        return "The body must be application/x-www-form-urlencoded."
    listes = [valeurs for _, valeurs in request.POST.lists()]
    if any(len(valeurs) > 1 for valeurs in listes):
        return "A parameter is repeated."
    if any("\x00" in valeur for valeurs in listes for valeur in valeurs):
        return "A parameter holds a NUL byte."
    if not request.POST.get("grant_type"):
        return "grant_type is required."
    if "Authorization" in request.headers and "client_secret" in request.POST:
        return "Use one way of client authentication."
    return ""


def _client_de_l_en_tete(request: HttpRequest) -> str | None:
    """The client named by HTTP Basic; None without it. Raises ValueError when it cannot be read.

    Authlib lets a malformed header end in an error of its own (500).
    """
    schema, _, valeur = request.headers.get("Authorization", "").partition(" ")
    if schema.lower() != "basic":
        return None
    client_id, separateur, _ = base64.b64decode(valeur, validate=True).decode().partition(":")
    if not separateur or "\x00" in client_id:
        raise ValueError("client_id")
    return unquote_plus(client_id)


@csrf_exempt  # a server calls it, with a bearer token
@login_not_required
@require_http_methods(["GET", "POST"])
def oidc_userinfo(request: HttpRequest) -> HttpResponse:
    """Hand the identity out, once (OpenID Connect Core, section 5.3; RFC 6750)."""
    schema, _, jeton = request.headers.get("Authorization", "").partition(" ")
    if schema.lower() != "bearer" or not jeton:
        return _refus_porteur("")
    return _remettre(jeton.strip())


@transaction.atomic
def _remettre(jeton: str) -> HttpResponse:
    connexion = Connexion.objects.verrouillees().filter(jeton_sha256=condenser(jeton)).first()
    if connexion is None or connexion.refus_de_jeton() is not None:
        return _refus_porteur("invalid_token")
    cles.actualiser(connexion.generation_des_cles)
    connexion.remettre_identite()
    return _repondre(connexion)


def _repondre(connexion: Connexion) -> HttpResponse:
    """JSON, or a signed JWT where the FS is registered for it: never by the Accept header."""
    claims = claims_identite(connexion)
    if not connexion.fs.userinfo_signe:
        return JsonResponse(claims)
    signes = {**claims, "iss": settings.SITE_URL, "aud": connexion.fs.client_id}
    cle = cles.active(cles.ALG)
    corps = jwt.encode({"alg": cles.ALG, "kid": cle.kid}, signes, cle, [cles.ALG])
    return HttpResponse(corps, content_type="application/jwt")


def _refus_porteur(erreur: str) -> HttpResponse:
    """401 with its challenge (RFC 6750, section 3); no error code when no token was sent."""
    defi = 'Bearer realm="oidc"'
    if erreur:
        reponse = moteur.erreur_json(erreur, "The access token is not valid.", status=401)
        defi += f', error="{erreur}", error_description="The access token is not valid."'
    else:
        reponse = HttpResponse(status=401)
    reponse["WWW-Authenticate"] = defi
    return reponse
