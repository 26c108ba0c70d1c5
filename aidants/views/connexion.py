"""The pages of login: password, code, a code again after a rest, and the way out."""

from typing import cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from aidants import connexion as actes
from aidants import essais, saisie
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
            return _avec_la_suite("code", request)
        form.add_error(None, REFUS)
    return render(request, "aidants/connexion.html", {"form": form})


@login_not_required
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("code")
def code(request: HttpRequest) -> HttpResponse:
    aidant = actes.en_attente_de_code(request)
    if aidant is None:
        return _avec_la_suite("connexion", request)
    form = CodeForm(_donnees(request))
    if form.is_valid():
        if actes.presenter_code(request, aidant, form.cleaned_data["code"]):
            reponse = _arrivee(request, aidant)
            essais.reconnaitre(reponse, aidant.courriel)
            return reponse
        form.add_error("code", REFUS_CODE)
    return render(request, "aidants/code.html", {"form": form})


@login_not_required
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("code")
def reprise(request: HttpRequest) -> HttpResponse:
    """Ask a code of a session at rest; the middleware sends here, so this page is open."""
    aidant = _connecte(request)
    if aidant is None:
        return _avec_la_suite("connexion", request)
    form = CodeForm(_donnees(request))
    if form.is_valid():
        if actes.reprendre(request, aidant, form.cleaned_data["code"]):
            return _arrivee(request, aidant)
        form.add_error("code", REFUS_CODE)
    return render(request, "aidants/reprise.html", {"form": form})


@login_not_required
@require_POST
def deconnexion(request: HttpRequest) -> HttpResponse:
    """Open to sessions at rest too: no code is needed to leave."""
    aidant = _connecte(request)
    if aidant:
        actes.fermer_session(request, aidant)
    messages.success(request, "Vous êtes déconnecté.")
    return redirect("accueil")


def _donnees(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _connecte(request: HttpRequest) -> Aidant | None:
    """Return who gave a password and a code in this session, at rest or not."""
    return cast("Aidant", request.user) if est_verifie(request) else None


def _avec_la_suite(route: str, request: HttpRequest) -> HttpResponseRedirect:
    """Redirect to a page of login without losing where the person was going."""
    adresse = reverse(route)
    if suite := _suite(request):
        parametres = QueryDict(mutable=True)
        parametres[REDIRECT_FIELD_NAME] = suite
        adresse = f"{adresse}?{parametres.urlencode(safe='/')}"
    return HttpResponseRedirect(adresse)


def _arrivee(request: HttpRequest, aidant: Aidant) -> HttpResponse:
    """Go where the person was going, or give back what was typed there before the rest."""
    suite = _suite(request) or _espace(aidant)
    if retenue := saisie.reprendre(request):
        contexte = {"saisie": retenue, "suite": suite}
        return render(request, "aidants/saisie_retenue.html", contexte)
    return HttpResponseRedirect(suite)


def _suite(request: HttpRequest) -> str:
    """Return the page asked for by `next`, if it is one of ours, else an empty string."""
    suite = request.GET.get(REDIRECT_FIELD_NAME, "")
    hote = urlsplit(settings.SITE_URL).netloc
    permise = url_has_allowed_host_and_scheme(suite, {hote}, require_https=request.is_secure())
    return suite if permise else ""


def _espace(aidant: Aidant) -> str:
    """Where the role works; who has none learns it on the aidants' page."""
    au_bureau = aidant.is_staff and not aidant.structures().exists()
    return reverse("admin:index" if au_bureau else "espace")
