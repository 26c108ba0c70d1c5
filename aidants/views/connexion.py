"""The pages of login: password, code, a code again after a rest, and the way out."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from aidants import connexion as actes
from aidants import essais, facteurs, saisie, suite
from aidants.acces import est_verifie
from aidants.forms.connexion import REFUS, REFUS_CODE, CodeForm, ConnexionForm
from aidants.models import Aidant


@login_not_required
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("mot_de_passe")
def connexion(request: HttpRequest) -> HttpResponse:
    form = ConnexionForm(_donnees(request))
    if form.is_valid():
        if actes.presenter_mot_de_passe(request, **form.cleaned_data):
            return suite.vers("code", request)
        form.add_error(None, REFUS)
    return render(request, "aidants/connexion.html", {"form": form})


@login_not_required
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("code")
def code(request: HttpRequest) -> HttpResponse:
    aidant = actes.en_attente_de_code(request)
    if aidant is None:
        return suite.vers("connexion", request)
    if actes.doit_enroler(aidant):
        return suite.vers("enrolement", request)
    form = CodeForm(_donnees(request))
    if form.is_valid():
        if actes.presenter_code(request, aidant, form.cleaned_data["code"]):
            reponse = arriver(request, aidant)
            essais.reconnaitre(reponse, aidant.courriel)
            return reponse
        form.add_error("code", REFUS_CODE)
    return render(request, "aidants/code.html", {"form": form})


@login_not_required
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("code")
def reprise(request: HttpRequest) -> HttpResponse:
    """Ask a code of a session at rest; the middleware sends here, so this page is open."""
    aidant = connecte(request)
    if aidant is None:
        return suite.vers("connexion", request)
    form = CodeForm(_donnees(request))
    if form.is_valid():
        if actes.reprendre(request, aidant, form.cleaned_data["code"]):
            return arriver(request, aidant)
        form.add_error("code", REFUS_CODE)
    contexte = {"form": form, "cles": facteurs.cles_acces(aidant)}
    return render(request, "aidants/reprise.html", contexte)


@login_not_required
@require_POST
def deconnexion(request: HttpRequest) -> HttpResponse:
    """Open to sessions at rest too: no code is needed to leave."""
    aidant = connecte(request)
    if aidant:
        actes.fermer_session(request, aidant)
    messages.success(request, "Vous êtes déconnecté.")
    return redirect("accueil")


def _donnees(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def connecte(request: HttpRequest) -> Aidant | None:
    """Return who gave a password and a code in this session, at rest or not."""
    return cast("Aidant", request.user) if est_verifie(request) else None


def arriver(request: HttpRequest, aidant: Aidant) -> HttpResponse:
    """Go where the person was going, or give back what was typed there before the rest."""
    finale = suite.finale(request, aidant)
    if retenue := saisie.reprendre(request):
        contexte = {"saisie": retenue, "suite": finale}
        return render(request, "aidants/saisie_retenue.html", contexte)
    return HttpResponseRedirect(finale)
