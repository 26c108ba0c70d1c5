"""What FranceConnect, the ten démarches and a mandat are, in plain words."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from aidants_connect.demarches_expliquees import EXPLIQUEES
from mandats.durees import DUREES


@login_not_required
@require_safe
def franceconnect_explique(request: HttpRequest) -> HttpResponse:
    return render(request, "aidants_connect/franceconnect_explique.html")


@login_not_required
@require_safe
def demarches(request: HttpRequest) -> HttpResponse:
    return render(request, "aidants_connect/demarches.html", {"demarches": EXPLIQUEES})


@login_not_required
@require_safe
def je_signe(request: HttpRequest) -> HttpResponse:
    return render(request, "aidants_connect/je_signe.html", {"durees": DUREES.values()})
