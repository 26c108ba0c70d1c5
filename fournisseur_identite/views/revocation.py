"""/oidc/revoke and /oidc/introspect: what a FS may say and ask of its own access tokens."""

from typing import Any

from authlib.oauth2.rfc6749.errors import InvalidRequestError
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from fournisseur_identite import identite
from fournisseur_identite.models import Connexion, FournisseurService
from fournisseur_identite.models.connexions import VIE_JETON, condenser
from fournisseur_identite.views.appels import appel_du_fs


@appel_du_fs
def oidc_revoke(request: HttpRequest, fs: FournisseurService) -> HttpResponse:
    """End a token and the connexion that it belongs to (RFC 7009).

    A token that is unknown, dead or another client's gets the same answer: nothing can be guessed.
    """
    connexion = _connexion(request, fs)
    if connexion is not None:
        connexion.fermer()
    reponse = HttpResponse(status=200)
    reponse["Cache-Control"] = "no-store"
    return reponse


@appel_du_fs
def oidc_introspect(request: HttpRequest, fs: FournisseurService) -> HttpResponse:
    """Say whether a token of this client would still open userinfo (RFC 7662)."""
    connexion = _connexion(request, fs)
    vivant = connexion is not None and connexion.refus_de_jeton() is None
    reponse = JsonResponse(_decrire(connexion) if connexion and vivant else {"active": False})
    reponse["Cache-Control"] = "no-store"
    return reponse


def _connexion(request: HttpRequest, fs: FournisseurService) -> Connexion | None:
    jeton = request.POST.get("token")
    if not jeton:
        raise InvalidRequestError("token is required.")
    verrouillees = Connexion.objects.verrouillees()
    return verrouillees.filter(jeton_sha256=condenser(jeton), fs_id=fs.pk).first()


def _decrire(connexion: Connexion) -> dict[str, Any]:
    if connexion.jeton_expire_le is None:
        raise AssertionError("A token has its end.")
    emis_le = connexion.jeton_expire_le - VIE_JETON
    return {
        "active": True,
        "iss": settings.SITE_URL,
        "client_id": connexion.fs.client_id,
        "aud": f"{settings.SITE_URL}/oidc/userinfo",
        "sub": identite.sub(connexion.fs, connexion.autorisation.mandat.usager),
        "scope": connexion.scope,
        "token_type": "Bearer",
        "iat": int(emis_le.timestamp()),
        "exp": int(connexion.jeton_expire_le.timestamp()),
    }
