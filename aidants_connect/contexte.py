"""What every page needs: the site's brand and, for an aidant, the navigation of the role."""

from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest

from aidants.acces import RequeteAidant, est_verifie
from aidants.connexion import courante
from aidants_connect.pages_publiques import DU_PUBLIC


def site(request: HttpRequest) -> dict[str, Any]:
    return {
        "marque_etat": settings.MARQUE_ETAT,
        "telephone_support": settings.TELEPHONE_SUPPORT,
        **_travail(cast("RequeteAidant", request)),
    }


def _travail(request: RequeteAidant) -> dict[str, Any]:
    """Where the aidant works, also on the pages that ask for no role: errors, login, dead ends."""
    if not hasattr(request, "structures"):
        if _est_du_public(request) or not hasattr(request, "user") or not est_verifie(request):
            return {"structure": None, "structures": []}
        request.structures = request.user.ou_travailler()
    return {"structure": courante(request, request.structures), "structures": request.structures}


def _est_du_public(request: HttpRequest) -> bool:
    """A page of the public, or of the usager who takes the aidant's screen: no aidant's menu."""
    vue = request.resolver_match.url_name if request.resolver_match else None
    return vue is not None and (vue in DU_PUBLIC or vue.startswith(("mon_mandat", "mes_mandats")))
