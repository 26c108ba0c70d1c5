"""Sheets to print: the fiche of a parcours, and the posters."""

from typing import cast

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from aidants.acces import RequeteAidant, est_verifie
from aidants.connexion import courante
from aidants.models import Structure
from usagers import feuilles
from usagers.views.parcours import lire_ou_404


@login_not_required
@require_safe
def parcours_fiche(request: HttpRequest, reponses: str) -> HttpResponse:
    """What was answered and what to do now; with the structure, for an aidant."""
    ici = lire_ou_404(reponses)
    if ici.issue is None:
        raise Http404
    return _pdf(feuilles.fiche(ici, structure=_structure(request)), "fiche-de-parcours")


@login_not_required
@require_safe
def parcours_affiche(request: HttpRequest, nom: str) -> HttpResponse:
    if nom not in feuilles.AFFICHES:
        raise Http404
    return _pdf(feuilles.affiche(nom, marque_etat=settings.MARQUE_ETAT), nom)


def _pdf(octets: bytes, nom: str) -> HttpResponse:
    entete = {"Content-Disposition": f'inline; filename="{nom}.pdf"'}
    return HttpResponse(octets, content_type="application/pdf", headers=entete)


def _structure(request: HttpRequest) -> Structure | None:
    """Where the aidant works; None for a visitor."""
    if not est_verifie(request):
        return None
    requete = cast("RequeteAidant", request)
    requete.structures = requete.user.ou_travailler()
    return courante(requete, requete.structures)
