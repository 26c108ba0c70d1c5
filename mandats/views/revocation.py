"""The aidant ends a mandat, or some démarches of it, at the usager's demand."""

import uuid

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from aidants.acces import RequeteAidant, aidant_requis
from mandats import taches
from mandats.forms.listes import RevocationForm
from mandats.models import Mandat
from mandats.models.avis import Destinataire, Genre


@aidant_requis
@require_http_methods(["GET", "POST"])
def mandat_revocation(request: RequeteAidant, mandat_id: uuid.UUID) -> HttpResponseBase:
    mandats = Mandat.objects.de(request.structure).avec_tout()
    mandat = get_object_or_404(mandats, pk=mandat_id)
    if not mandat.est_actif:
        return redirect("mandat", mandat.pk)
    ouvertes = mandat.demarches_ouvertes
    donnees = request.POST if request.method == "POST" else None
    form = RevocationForm(donnees, demarches=ouvertes, initial={"demarches": ouvertes})
    if not form.is_valid():
        return render(request, "mandats/mandat_revocation.html", {"mandat": mandat, "form": form})
    _revoquer(request, mandat, form)
    messages.success(request, "C’est arrêté. La structure ne peut plus agir pour ces démarches.")
    return redirect("mandat", mandat.pk)


@transaction.atomic
def _revoquer(request: RequeteAidant, mandat: Mandat, form: RevocationForm) -> None:
    choix = form.cleaned_data
    finies = mandat.revoquer(
        par=request.user.auteur,
        moyen="compte de l’aidant",
        motif=choix["motif"],
        demarches=choix["demarches"],
    )
    if finies:
        demarches = [autorisation.demarche for autorisation in finies]
        taches.prevenir(mandat, Genre.REVOCATION, Destinataire.USAGER, demarches=demarches)
