"""The receipt of a revocation on paper: for the usager in « Mon mandat », for the aidant."""

import uuid

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET

from aidants.acces import RequeteAidant, aidant_requis
from mandats import recus
from mandats.models import Mandat
from mandats.views.mon_mandat import mandat_ouvert


@login_not_required
@require_GET
def mon_mandat_recu_pdf(request: HttpRequest, mandat_id: uuid.UUID) -> HttpResponseBase:
    mandat = mandat_ouvert(request, mandat_id)
    return redirect("mon_mandat") if mandat is None else _pdf(mandat)


@aidant_requis
@require_GET
def mandat_recu(request: RequeteAidant, mandat_id: uuid.UUID) -> HttpResponseBase:
    return _pdf(get_object_or_404(Mandat.objects.de(request.structure).avec_tout(), pk=mandat_id))


def _pdf(mandat: Mandat) -> HttpResponse:
    if not mandat.a_un_recu:
        raise Http404
    entete = {"Content-Disposition": f'inline; filename="recu-{mandat.reference}.pdf"'}
    return HttpResponse(recus.donner(mandat), content_type="application/pdf", headers=entete)
