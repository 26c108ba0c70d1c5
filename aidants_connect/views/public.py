"""The public home, and the page that a monitor asks for."""

from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

_TEXTE = "text/plain; charset=utf-8"


@login_not_required
@require_safe
def accueil(request: HttpRequest) -> HttpResponse:
    return render(request, "aidants_connect/accueil.html")


@login_not_required
@require_safe
def sante(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers, 503 otherwise."""
    try:
        with connection.cursor() as curseur:
            curseur.execute("SELECT 1")
    except OperationalError:
        return HttpResponse("base de données injoignable", content_type=_TEXTE, status=503)
    return HttpResponse("ok", content_type=_TEXTE)
