"""/oidc/logout: the FS says that the usager leaves (OpenID Connect RP-Initiated Logout 1.0).

What ends is the delegation given to that FS; the aidant stays logged in here.
"""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from fournisseur_identite import fins
from fournisseur_identite.models import Connexion
from fournisseur_identite.models.connexions import condenser
from fournisseur_identite.views.redirections import Redirection303, avec_parametres
from mandats.models import Autorisation


@dataclass(frozen=True)
class Sortie:
    """A logout that we trust: whose connexion, and where to send the browser, if anywhere."""

    connexion: Connexion
    adresse: str


@csrf_exempt  # another site sends the person here; it can only end its own connexion
@login_not_required
@require_http_methods(["GET", "POST"])
def oidc_logout(request: HttpRequest) -> HttpResponseBase:
    parametres = (request.POST if request.method == "POST" else request.GET).dict()
    sortie = _reconnaitre(parametres)
    if sortie is None:
        return render(request, "fournisseur_identite/oidc_logout.html", {"reconnue": False})
    _fermer(sortie.connexion)
    if not sortie.adresse:
        return render(request, "fournisseur_identite/oidc_logout.html", {"reconnue": True})
    state = parametres.get("state")
    return Redirection303(avec_parametres(sortie.adresse, {"state": state} if state else {}))


def _reconnaitre(parametres: dict[str, str]) -> Sortie | None:
    """Find the connexion of `id_token_hint`, expired or not, and of its own client.

    Its digest says that it is the very token that we issued, to the last bit. That is more than a
    signature says, and holds when the key is gone, or was the client's own secret (HS256).
    """
    indice = parametres.get("id_token_hint", "")
    connexions = Connexion.objects.select_related("fs", "autorisation").filter(
        id_token_sha256=condenser(indice)
    )
    connexion = connexions.first()
    if connexion is None or parametres.get("client_id") not in (None, connexion.fs.client_id):
        return None
    adresse = parametres.get("post_logout_redirect_uri", "")
    connue = adresse in connexion.fs.post_logout_redirect_uris
    return Sortie(connexion, adresse if connue else "")


@transaction.atomic
def _fermer(connexion: Connexion) -> None:
    """With it, the codes that wait to be exchanged there, for the same person, by the same aidant:
    whoever logs out is not logged in again a second later. Another person's code is not theirs.
    """
    verrouillee = Connexion.objects.select_for_update(no_key=True).get(pk=connexion.pk)
    verrouillee.fermer()
    meme_personne = Autorisation.objects.filter(usager=connexion.autorisation.usager_id)
    fins.clore_les_codes(
        aidant_id=connexion.aidant_id, fs_id=connexion.fs_id, autorisation__in=meme_personne
    )
