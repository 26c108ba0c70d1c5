"""The first application of an account, and the link that allows one again when it is lost."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from aidants import connexion as actes
from aidants import enrolement as cles
from aidants import essais, suite
from aidants.forms.enrolement import REFUS_PREMIER_CODE, EnrolementForm
from aidants.models import Recuperation
from aidants.models.recuperations import Genre


@login_not_required
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("code")
def enrolement(request: HttpRequest) -> HttpResponse:
    aidant = actes.en_attente_de_code(request, delai=actes.DELAI_ENROLEMENT)
    if aidant is None:
        messages.info(request, "Donnez votre mot de passe pour continuer.")
        return suite.vers("connexion", request)
    if not actes.doit_enroler(aidant):
        return suite.vers("code", request)
    cle = cles.preparer(request, aidant)
    form = EnrolementForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if actes.enroler(request, aidant, cle=cle, **form.cleaned_data):
            reponse = suite.vers("codes_secours_premiers", request)
            essais.reconnaitre(reponse, aidant.courriel)
            return reponse
        form.add_error("code", REFUS_PREMIER_CODE)
    contexte = {"form": form, "aidant": aidant, **cles.presenter(aidant, cle)}
    return render(request, "aidants/enrolement.html", contexte)


@login_not_required
@require_http_methods(["GET", "POST"])
def lien_facteurs(request: HttpRequest, *, pk: uuid.UUID, jeton: str) -> HttpResponse:
    """GET explains, since mail scanners open links; the button opens the way, once."""
    lien = Recuperation.objects.filter(pk=pk, genre=Genre.FACTEURS).first()
    if lien is None or not lien.est_ouvert_par(jeton):
        return render(request, "aidants/lien_facteurs_refus.html", status=404)
    if not lien.est_utilisable:
        return render(request, "aidants/lien_facteurs_refus.html", {"lien": lien}, status=410)
    if request.method == "POST":
        if lien.permettre_enrolement():
            messages.success(request, "C’est fait. Connectez-vous avec votre mot de passe.")
        return redirect("connexion")
    return render(request, "aidants/lien_facteurs.html")
