"""Is this mandat genuine, and active today? Public, and tells nothing of anybody."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods

from aidants.adresses import adresse_client
from aidants.models import Echec
from mandats import fichiers_verifies, references_verifiees
from mandats.fichiers_verifies import CORPS_MAX, EnMemoire
from mandats.forms.verification import FichierForm, ReferenceForm

TROP = "Trop de fichiers ont été vérifiés d’ici. Attendez quelques minutes, puis recommencez."


@csrf_exempt  # for `_verifier_fichier` to choose how the file is received: it is protected
@login_not_required
@require_http_methods(["GET", "POST"])
def verifier(request: HttpRequest) -> HttpResponseBase:
    """By reference, which leads to the mandat's own page, or by file, answered at once."""
    if request.method == "POST":
        return _recevoir(request)
    form = ReferenceForm(request.GET if "reference" in request.GET else None)
    if form.is_valid():
        return redirect("verification", form.cleaned_data["reference"])
    return _demander(request, form, FichierForm())


def _recevoir(request: HttpRequest) -> HttpResponseBase:
    if int(request.META.get("CONTENT_LENGTH") or 0) > CORPS_MAX:
        form = FichierForm({}, {})
        form.refuser_sans_lire()
        return _demander(request, ReferenceForm(), form, status=413)
    request.upload_handlers = [EnMemoire(request)]
    return _verifier_fichier(request)


@csrf_protect
def _verifier_fichier(request: HttpRequest) -> HttpResponseBase:
    form = FichierForm(request.POST, request.FILES)
    if not form.is_valid():
        return _demander(request, ReferenceForm(), form)
    if Echec.objects.tenter(fichiers_verifies.compteurs(adresse_client(request))) is None:
        form.add_error(None, TROP)
        return _demander(request, ReferenceForm(), form, status=429)
    examen = fichiers_verifies.examiner(form.cleaned_data["fichier"])
    return render(request, "mandats/verification_fichier.html", {"examen": examen})


def _demander(
    request: HttpRequest, form: ReferenceForm, fichier: FichierForm, *, status: int = 200
) -> HttpResponseBase:
    contexte = {"form": form, "form_fichier": fichier}
    return render(request, "mandats/verifier.html", contexte, status=status)


@login_not_required
@require_GET
def verification(request: HttpRequest, reference: str) -> HttpResponseBase:
    """The answer for a reference: active, ended (when), or unknown."""
    reponse = references_verifiees.chercher(reference, adresse=adresse_client(request))
    statut = 429 if reponse.freinee else 200 if reponse.mandat else 404
    contexte = {"mandat": reponse.mandat, "freinee": reponse.freinee, "reference": reference}
    return render(request, "mandats/verification.html", contexte, status=statut)
