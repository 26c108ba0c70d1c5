"""Recovery codes: drawn at an account's birth, drawn again from the account, shown once."""

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from aidants import connexion, facteurs, suite
from aidants.acces import RequeteConnectee, avant_les_conditions
from aidants.middleware import demander_reprise


@require_http_methods(["GET", "POST"])
@avant_les_conditions
def premiers(request: RequeteConnectee) -> HttpResponse:
    """The first codes. Sent twice, the form draws them twice: the page that is read is right."""
    tirer = request.method == "POST"
    deja = request.user.codes_secours_le is not None
    if deja and not (tirer and connexion.code_recent(request)):
        return redirect(_apres(request))
    if tirer:
        return _montrer(request, _apres(request))
    return render(request, "aidants/codes_secours_premiers.html")


@require_http_methods(["GET", "POST"])
def codes_secours(request: RequeteConnectee) -> HttpResponseBase:
    """New codes in place of the old ones, for who has just given a code."""
    if not connexion.code_recent(request):
        return demander_reprise(request)
    if request.method == "POST":
        return _montrer(request, reverse("compte"))
    return render(request, "aidants/codes_secours.html")


def _montrer(request: RequeteConnectee, apres: str) -> HttpResponse:
    contexte = {"codes": facteurs.renouveler_codes(request.user), "apres": apres}
    return render(request, "aidants/codes_secours_tires.html", contexte)


def _apres(request: RequeteConnectee) -> str:
    """Where one goes on from the first codes."""
    if request.user.conditions_acceptees:
        return suite.finale(request, request.user)
    return suite.adresse("conditions", suite.demandee(request))
