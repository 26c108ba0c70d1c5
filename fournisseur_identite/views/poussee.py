"""/oidc/par: a FS's server deposits its request before it sends the browser (RFC 9126)."""

from typing import Final

from authlib.oauth2.rfc6749.errors import InvalidRequestError
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict

from fournisseur_identite import moteur, requetes
from fournisseur_identite.models import DemandePoussee, FournisseurService
from fournisseur_identite.models.poussees import VIE_POUSSEE
from fournisseur_identite.requetes import AccesImpossible
from fournisseur_identite.views.appels import appel_du_fs

PREUVES: Final = ("client_secret", "client_assertion", "client_assertion_type")


@appel_du_fs
def oidc_par(request: HttpRequest, fs: FournisseurService) -> HttpResponse:
    """Check a request as /oidc/authorize would, keep it, and answer its name."""
    parametres = request.POST.copy()
    for preuve in PREUVES:
        parametres.pop(preuve, None)
    parametres.setdefault("client_id", fs.client_id)
    _verifier(parametres, fs)
    request_uri = DemandePoussee.objects.pousser(fs, parametres.dict())
    contenu = {"request_uri": request_uri, "expires_in": int(VIE_POUSSEE.total_seconds())}
    reponse = JsonResponse(contenu, status=201)
    reponse["Cache-Control"] = "no-store"
    return reponse


def _verifier(parametres: QueryDict, fs: FournisseurService) -> None:
    """Whoever is logged in is not known yet: `prompt=none` is answered at /oidc/authorize."""
    if "request_uri" in parametres:
        raise InvalidRequestError("request_uri cannot be pushed.")
    try:
        requetes.reconnaitre(parametres)
    except AccesImpossible as erreur:
        raise InvalidRequestError("redirect_uri is not registered.") from erreur
    requetes.verifier_forme(parametres)
    requetes.verifier_politique(parametres, fs)
    sans_personne = parametres.copy()
    sans_personne.pop("prompt", None)
    moteur.valider_demande(sans_personne, None, fs=fs)
    requetes.verifier_lisible(parametres, fs)
