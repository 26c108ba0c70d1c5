"""Passwords: changed from the account, or chosen again after it was forgotten."""

import uuid

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from aidants import connexion, oubli
from aidants.acces import RequeteConnectee
from aidants.forms.mot_de_passe import (
    REFUS_ANCIEN,
    ChangementForm,
    NouveauMotDePasseForm,
    OubliForm,
)
from aidants.middleware import demander_reprise
from aidants.models import Recuperation, Session


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
def mot_de_passe(request: RequeteConnectee) -> HttpResponseBase:
    if not connexion.code_recent(request):
        return demander_reprise(request)
    donnees = request.POST if request.method == "POST" else None
    form = ChangementForm(donnees, titulaire=request.user)
    if form.is_valid():
        if connexion.confirmer_mot_de_passe(request, request.user, form.cleaned_data["ancien"]):
            return _changer(request, form.cleaned_data["mot_de_passe"])
        form.add_error("ancien", REFUS_ANCIEN)
    return render(request, "aidants/mot_de_passe.html", {"form": form})


def _changer(request: RequeteConnectee, nouveau: str) -> HttpResponse:
    request.user.changer_mot_de_passe(
        nouveau, moyen="volontaire", sauf_session=request.session.session_key
    )
    connexion.suivre_mot_de_passe(request, request.user)
    messages.success(request, "Votre mot de passe est changé. Vos autres sessions sont fermées.")
    return redirect("compte")


@login_not_required
@require_http_methods(["GET", "POST"])
def mot_de_passe_oublie(request: HttpRequest) -> HttpResponse:
    """Ask for a link; the answer is the same for every address."""
    form = OubliForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        oubli.demander(request, form.cleaned_data["courriel"])
        return redirect(f"{reverse('mot_de_passe_oublie')}?demande=faite")
    contexte = {"form": form, "demande": "demande" in request.GET and not form.is_bound}
    return render(request, "aidants/mot_de_passe_oublie.html", contexte)


@login_not_required
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
def lien_mot_de_passe(request: HttpRequest, pk: uuid.UUID, jeton: str) -> HttpResponse:
    """Choose a new password; opening the page, as scanners of mails do, changes nothing."""
    lien = oubli.lien(pk, jeton)
    if lien is None or lien.aidant is None:
        raise Http404
    if not lien.est_utilisable:
        return _impossible(request, "perime", statut=410)
    if not oubli.est_d_ici(request, lien):
        return _impossible(request, "ailleurs", statut=403)
    donnees = request.POST if request.method == "POST" else None
    form = NouveauMotDePasseForm(donnees, titulaire=lien.aidant)
    if form.is_valid():
        return _choisir(request, lien, form.cleaned_data["mot_de_passe"])
    contexte = {"form": form, "courriel": lien.aidant.courriel}
    return render(request, "aidants/lien_mot_de_passe.html", contexte)


def _choisir(request: HttpRequest, lien: Recuperation, nouveau: str) -> HttpResponse:
    if not lien.choisir_mot_de_passe(nouveau):
        return _impossible(request, "perime", statut=410)
    if request.user.is_authenticated:  # its session may be one of those that were just closed
        with transaction.atomic():
            Session.objects.finir(request.session)
        logout(request)
    messages.success(request, "Votre nouveau mot de passe est enregistré. Connectez-vous.")
    reponse = redirect("connexion")
    oubli.reconnaitre(reponse, lien)
    return reponse


def _impossible(request: HttpRequest, motif: str, *, statut: int) -> HttpResponse:
    contexte = {"motif": motif}
    return render(request, "aidants/lien_mot_de_passe_impossible.html", contexte, status=statut)
