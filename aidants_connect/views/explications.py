"""What FranceConnect, the ten démarches and a mandat are, in plain words."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from aidants_connect.pages_traduites import PAR_ROUTE


@login_not_required
@require_safe
def franceconnect_explique(request: HttpRequest) -> HttpResponse:
    return _en_francais(request, "franceconnect_explique")


@login_not_required
@require_safe
def demarches(request: HttpRequest) -> HttpResponse:
    return _en_francais(request, "demarches")


@login_not_required
@require_safe
def je_signe(request: HttpRequest) -> HttpResponse:
    return _en_francais(request, "je_signe")


def _en_francais(request: HttpRequest, route: str) -> HttpResponse:
    page = PAR_ROUTE[route]
    return render(request, page.gabarit, page.contexte())
