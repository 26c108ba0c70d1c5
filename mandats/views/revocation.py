"""The aidant ends a mandat, or some démarches of it, at the usager's demand."""

import uuid
from datetime import date

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from aidants import attentes
from aidants.acces import RequeteAidant, aidant_requis
from journal.actions_usagers import FORMULAIRE_RENDU
from journal.models import Entree
from mandats import taches
from mandats.forms.listes import RevocationForm
from mandats.models import Mandat
from mandats.models.avis import Destinataire, Genre

FAIT = "C’est arrêté. La structure ne peut plus agir. Imprimez le reçu et donnez-le à la personne."


@aidant_requis
@require_http_methods(["GET", "POST"])
def mandat_revocation(request: RequeteAidant, mandat_id: uuid.UUID) -> HttpResponseBase:
    mandats = Mandat.objects.de(request.structure).avec_tout()
    mandat = get_object_or_404(mandats, pk=mandat_id)
    if _deja_fait(request, mandat):
        return _dire_fait(request, mandat)
    if not mandat.est_actif:
        return redirect("mandat", mandat.pk)
    form = RevocationForm(request.POST if request.method == "POST" else None, mandat=mandat)
    if not form.is_valid():
        return render(request, "mandats/mandat_revocation.html", {"mandat": mandat, "form": form})
    _revoquer(request, mandat, form)
    return _dire_fait(request, mandat)


def _dire_fait(request: RequeteAidant, mandat: Mandat) -> HttpResponseBase:
    messages.success(request, FAIT)
    return redirect("mandat", mandat.pk)


def _deja_fait(request: RequeteAidant, mandat: Mandat) -> bool:
    """The answer to the first request was lost: sent again, it gets the same one."""
    demandees = set(request.POST.getlist("demarches"))
    finies = {a.demarche for a in mandat.autorisations.all() if a.revoquee_le}
    return bool(demandees) and demandees <= finies


@attentes.repris
@transaction.atomic
def _revoquer(request: RequeteAidant, mandat: Mandat, form: RevocationForm) -> None:
    choix = form.cleaned_data
    finies = mandat.revoquer(
        par=request.user.auteur,
        moyen="compte de l’aidant",
        motif=choix["motif"],
        demarches=choix["demarches"],
        formulaire_le=choix["formulaire_le"],
    )
    if finies:
        if choix["formulaire_le"]:
            _inscrire_formulaire(request, mandat, choix["formulaire_le"])
        demarches = [autorisation.demarche for autorisation in finies]
        taches.prevenir(mandat, Genre.REVOCATION, Destinataire.USAGER, demarches=demarches)


def _inscrire_formulaire(request: RequeteAidant, mandat: Mandat, papier: date) -> None:
    Entree.objects.inscrire(
        FORMULAIRE_RENDU,
        acte=uuid.uuid4(),
        par=request.user.auteur,
        cadre=mandat.structure.cadre,
        concerne=mandat.concerne,
        details={"date": f"{papier:%d/%m/%Y}", "reference": mandat.reference},
    )
