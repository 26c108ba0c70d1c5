"""Pages of the guided tour."""

import time
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from demo.configuration import Compte, monde
from demo.franceconnect import panne
from demo.franceconnect.identites import TEST_IDENTITES
from demo.visite import boite
from demo.visite.totp import code_at, seconds_left

ROLE_AIDANT = "aidant"
ROLE_SUPERVISION = "supervision"


@require_GET
def accueil(request: HttpRequest) -> HttpResponse:
    """Show the journey step by step, the accounts and the identities."""
    now = int(time.time())
    comptes = [_avec_code(compte, now) for compte in monde().comptes]
    context = {
        "produit": monde().produit,
        "comptes": comptes,
        "aidant": _premier(comptes, ROLE_AIDANT),
        "supervision": _premier(comptes, ROLE_SUPERVISION),
        "secondes": seconds_left(now),
        "identites": TEST_IDENTITES,
        "modes": panne.MODES,
        "mode": panne.mode(),
    }
    return render(request, "demo/visite/accueil.html", context)


@require_GET
def codes(request: HttpRequest) -> HttpResponse:
    """Give the present codes by e-mail address, for the script that keeps them fresh."""
    now = int(time.time())
    present = {compte.courriel: code_at(compte.totp_cle, now) for compte in monde().comptes}
    return JsonResponse({"codes": present, "secondes": seconds_left(now)})


@require_GET
def courriels(request: HttpRequest) -> HttpResponse:
    """List the outbox, newest first."""
    dossier = monde().courriels
    context = {"courriels": boite.read(dossier), "sms": boite.read_sms(dossier.parent / "sms")}
    return render(request, "demo/visite/courriels.html", context)


@require_GET
def courriel(request: HttpRequest, numero: int) -> HttpResponse:
    """Show one message as plain text, with a link to what a mail reader would draw."""
    return render(request, "demo/visite/courriel.html", {"courriel": _message(numero)})


@require_GET
def courriel_html(request: HttpRequest, numero: int) -> HttpResponse:
    """Draw one message's HTML, as closed in as a mail reader would: its own styles, no script."""
    message = _message(numero)
    if not message.html:
        raise Http404
    reponse = HttpResponse(message.html)
    reponse["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-popups"
    )
    return reponse


def _message(numero: int) -> boite.Courriel:
    for message in boite.read(monde().courriels):
        if message.numero == numero:
            return message
    raise Http404


@require_GET
def pret(request: HttpRequest) -> HttpResponse:
    """Answer a probe."""
    return HttpResponse("pret", content_type="text/plain; charset=utf-8")


def _avec_code(compte: Compte, now: int) -> dict[str, Any]:
    return {"compte": compte, "code": code_at(compte.totp_cle, now)}


def _premier(comptes: list[dict[str, Any]], role: str) -> dict[str, Any] | None:
    return next((ligne for ligne in comptes if role in ligne["compte"].role.lower()), None)
