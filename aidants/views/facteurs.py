"""One's own factors: add an application, rename, remove."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from aidants import cles_acces, connexion, enrolement, facteurs
from aidants.acces import RequeteConnectee
from aidants.facteurs import Facteur
from aidants.forms.compte import NomForm
from aidants.forms.enrolement import REFUS_PREMIER_CODE, EnrolementForm
from aidants.middleware import demander_cle, demander_reprise


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("code")
def facteur_application(request: RequeteConnectee) -> HttpResponseBase:
    if not connexion.code_recent(request):
        return demander_reprise(request)
    cle = enrolement.preparer(request, request.user)
    form = EnrolementForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if facteurs.enroler(request.user, cle=cle, **form.cleaned_data):
            enrolement.oublier(request)
            messages.success(request, "Votre application est ajoutée.")
            return redirect("compte")
        form.add_error("code", REFUS_PREMIER_CODE)
    contexte = {"form": form, **enrolement.presenter(request.user, cle)}
    return render(request, "aidants/facteur_application.html", contexte)


@require_http_methods(["GET", "POST"])
def facteur_renommer(request: RequeteConnectee, genre: str, pk: int) -> HttpResponse:
    facteur = _facteur(request, genre, pk)
    donnees = request.POST if request.method == "POST" else None
    form = NomForm(donnees, initial={"nom": facteur.name})
    if form.is_valid():
        facteurs.renommer(facteur, form.cleaned_data["nom"])
        messages.success(request, "Le nom est changé.")
        return redirect("compte")
    return render(request, "aidants/facteur_renommer.html", {"form": form, "facteur": facteur})


@require_http_methods(["GET", "POST"])
def facteur_retirer(request: RequeteConnectee, genre: str, pk: int) -> HttpResponseBase:
    facteur = _facteur(request, genre, pk)
    if genre == "cle" and cles_acces.sont_gardees(request, request.user):
        return demander_cle(request)
    motif = facteurs.motif_de_refus(request.user, facteur)
    if motif is None and not connexion.code_recent(request):
        return demander_reprise(request)
    if request.method == "POST" and motif is None:
        return _retirer(request, facteur)
    contexte = {"facteur": facteur, "genre": genre, "motif": motif.value if motif else ""}
    statut = 409 if request.method == "POST" else 200
    return render(request, "aidants/facteur_retirer.html", contexte, status=statut)


def _retirer(request: RequeteConnectee, facteur: Facteur) -> HttpResponse:
    if facteurs.retirer(request.user, facteur, sauf_session=request.session.session_key):
        connexion.suivre_facteur_retire(request, request.user)
        messages.success(request, "C’est retiré. Vos autres sessions sont fermées.")
    return redirect("compte")


def _facteur(request: RequeteConnectee, genre: str, pk: int) -> Facteur:
    facteur = facteurs.lire(request.user, genre, pk)
    if facteur is None:
        raise Http404
    return facteur
