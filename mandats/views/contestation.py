"""The page of the « ce n’était pas moi » link."""

import uuid

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from aidants.demarches import titres
from mandats import contestation


@login_not_required
@require_http_methods(["GET", "POST"])
def pas_moi(request: HttpRequest, avis_id: uuid.UUID, jeton: str) -> HttpResponseBase:
    """Ask once more, then note it; a mail reader that opens links changes nothing."""
    avis = contestation.trouver(avis_id, jeton)
    if avis is None:
        raise Http404
    if request.method == "POST":
        contestation.contester(avis)
        return redirect("pas_moi", avis.pk, jeton)
    ouverte = contestation.est_ouverte(avis)
    contexte = {
        "avis": avis,
        "mandat": avis.mandat,
        "titres": titres(avis.demarches or avis.mandat.demarches_ouvertes),
        "ouverte": ouverte,
    }
    statut = 200 if ouverte or avis.signale_le else 410
    return render(request, "mandats/pas_moi.html", contexte, status=statut)
