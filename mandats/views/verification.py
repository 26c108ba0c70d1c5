"""Is this mandat genuine, and active today? Public, and tells nothing of anybody."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from mandats.forms.listes import ReferenceForm
from mandats.models import Mandat
from mandats.models.mandats import lire_reference


@login_not_required
@require_GET
def verifier(request: HttpRequest) -> HttpResponseBase:
    form = ReferenceForm(request.GET if "reference" in request.GET else None)
    if form.is_valid():
        return redirect("verification", form.cleaned_data["reference"])
    return render(request, "mandats/verifier.html", {"form": form})


@login_not_required
@require_GET
def verification(request: HttpRequest, reference: str) -> HttpResponseBase:
    """The answer for a reference: active, ended (when), or unknown."""
    mandats = Mandat.objects.prefetch_related("autorisations")
    mandat = mandats.filter(reference=lire_reference(reference)).first()
    statut = 200 if mandat else 404
    contexte = {"mandat": mandat, "reference": reference}
    return render(request, "mandats/verification.html", contexte, status=statut)
