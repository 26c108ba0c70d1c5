"""/oidc/token and /oidc/userinfo: what the FS's server calls; nothing of it in a browser."""

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods
from joserfc import jwt

from aidants.acces import sans_session
from fournisseur_identite import cles, moteur
from fournisseur_identite.identite import claims_identite
from fournisseur_identite.models import Connexion
from fournisseur_identite.views.appels import a_reprendre, appel_de_serveur


@appel_de_serveur
def oidc_token(request: HttpRequest) -> HttpResponse:
    """Exchange a code (RFC 6749, section 3.2: by POST only)."""
    if not request.POST.get("grant_type"):
        return moteur.erreur_json("invalid_request", "grant_type is required.")
    return moteur.echanger_code(request)


@sans_session  # a server calls it, with a bearer token
@a_reprendre
@require_http_methods(["GET", "POST"])
def oidc_userinfo(request: HttpRequest) -> HttpResponse:
    """Hand the identity out, once (OpenID Connect Core, section 5.3; RFC 6750)."""
    schema, _, jeton = request.headers.get("Authorization", "").partition(" ")
    if schema.lower() != "bearer" or not jeton:
        return _refus_porteur("")
    return _remettre(jeton.strip())


@transaction.atomic
def _remettre(jeton: str) -> HttpResponse:
    connexion = Connexion.objects.par_jeton(jeton)
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
    alg = connexion.fs.userinfo_alg
    cle = cles.active(alg)
    corps = jwt.encode({"alg": alg, "kid": cle.kid}, signes, cle, [alg])
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
