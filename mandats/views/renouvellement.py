"""Renewing a mandat: the same démarches proposed, no FranceConnect, then the same signature."""

import uuid

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from aidants.acces import RequeteAidant, aidant_requis
from mandats.forms.projet import ProjetForm
from mandats.models import Mandat, Projet
from mandats.models.projets import Refus
from mandats.views.projets import cartes_des_durees


@aidant_requis
@require_http_methods(["GET", "POST"])
def mandat_renouvellement(request: RequeteAidant, mandat_id: uuid.UUID) -> HttpResponseBase:
    """Choose again, the old démarches ticked; a POST opens a draft that is ready to be signed."""
    mandats = Mandat.objects.de(request.structure).avec_tout()
    mandat = get_object_or_404(mandats, pk=mandat_id)
    if refus := mandat.refus_de_renouveler(request.structure):
        return _refuser(request, mandat, refus)
    initial = {"demarches": mandat.demarches_ouvertes, "duree": mandat.duree}
    donnees = request.POST if request.method == "POST" else None
    form = ProjetForm(donnees, initial=initial, structure=request.structure)
    if form.is_valid():
        projet = Projet.objects.renouveler(
            mandat, par=request.user, structure=request.structure, **form.cleaned_data
        )
        return redirect("projet_signature", projet.pk)
    contexte = {
        "mandat": mandat, "form": form, "durees": cartes_des_durees(form), "etape": 1, "total": 3,
    }  # fmt: skip
    return render(request, "mandats/mandat_renouvellement.html", contexte)


def _refuser(request: RequeteAidant, mandat: Mandat, refus: Refus) -> HttpResponseBase:
    contexte = {"mandat": mandat, "refus": refus.value}
    return render(request, "mandats/mandat_renouvellement_refus.html", contexte, status=409)
