"""What the law asks of a public site, and the map of this one."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from aidants_connect.pages_publiques import rubriques


@login_not_required
@require_safe
def mentions_legales(request: HttpRequest) -> HttpResponse:
    return render(request, "aidants_connect/mentions_legales.html", settings.MENTIONS)


@login_not_required
@require_safe
def confidentialite(request: HttpRequest) -> HttpResponse:
    return render(request, "aidants_connect/confidentialite.html", settings.MENTIONS)


@login_not_required
@require_safe
def conditions_utilisation(request: HttpRequest) -> HttpResponse:
    return render(request, "aidants_connect/conditions_utilisation.html")


@login_not_required
@require_safe
def accessibilite(request: HttpRequest) -> HttpResponse:
    return render(request, "aidants_connect/accessibilite.html", settings.MENTIONS)


@login_not_required
@require_safe
def plan_du_site(request: HttpRequest) -> HttpResponse:
    return render(request, "aidants_connect/plan_du_site.html", {"rubriques": rubriques()})
