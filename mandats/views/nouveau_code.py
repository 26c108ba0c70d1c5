"""A lost code: the person identifies on the screen, and a new one is printed before them."""

import uuid

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from aidants.acces import RequeteConnectee
from mandats import reimpression
from mandats.models import CodeReimprime, Mandat
from mandats.origines import autoriser_formulaire_vers
from mandats.views.projets import partir


def _mandat(request: RequeteConnectee, mandat_id: uuid.UUID) -> Mandat:
    """For the aidants of its structure, and for its responsables."""
    return get_object_or_404(reimpression.mandats_de(request.user).avec_tout(), pk=mandat_id)


def _feuille(request: HttpRequest, mandat: Mandat) -> CodeReimprime | None:
    """The sheet that was made after the identification of this browser."""
    acte = reimpression.acte_permis(request.session, mandat)
    return CodeReimprime.objects.filter(pk=acte).first() if acte else None


@require_http_methods(["GET", "POST"])
def nouveau_code(request: RequeteConnectee, mandat_id: uuid.UUID) -> HttpResponseBase:
    """First FranceConnect; then the new code, once; then the sheet to print."""
    mandat = _mandat(request, mandat_id)
    acte = reimpression.acte_permis(request.session, mandat)
    if request.method == "POST" and mandat.est_actif:
        if acte is None:
            return partir(request, but=reimpression.BUT, objet=str(mandat.pk))
        reimpression.reimprimer(mandat, acte=acte, par=request.user)
        return redirect("nouveau_code", mandat.pk)
    contexte = {
        "mandat": mandat,
        "permis": acte is not None,
        "feuille": _feuille(request, mandat),
    }
    reponse = render(request, "mandats/nouveau_code.html", contexte)
    return autoriser_formulaire_vers(reponse, settings.FC_ISSUER)


@require_GET
def nouveau_code_pdf(request: RequeteConnectee, mandat_id: uuid.UUID) -> HttpResponseBase:
    """The sheet, to who made it, while the identification holds."""
    mandat = _mandat(request, mandat_id)
    feuille = _feuille(request, mandat)
    if feuille is None:
        return redirect("nouveau_code", mandat.pk)
    reponse = HttpResponse(feuille.octets, content_type="application/pdf")
    reponse["Content-Disposition"] = f'inline; filename="code-{mandat.reference}.pdf"'
    return reponse
