"""The pages of a form without its proof of origin, and of a site too busy; the others are templates
alone.
"""

import sys
from urllib.parse import urlsplit

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.defaults import server_error

from aidants.attentes import REVENIR, est_attente

# Never sent back, even to the browser that typed them.
MOTS_DE_PASSE = {"csrfmiddlewaretoken", "mot_de_passe", "ancien", "confirmation"}
OCCUPE = "Rien n’a été enregistré : le site est très occupé. Attendez quelques secondes, réessayez."


def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Nothing was done; most often the page stayed open longer than its session."""
    return render(request, "403_csrf.html", status=403)


def occupe(request: HttpRequest) -> HttpResponseBase:
    """Nothing was done, for want of a turn: what was posted is kept, and one button sends it again.

    No statement is made for it, since the database has none to spare.
    """
    if request.content_type == "application/json":
        reponse: HttpResponse = JsonResponse({"message": OCCUPE}, status=503)
    else:
        page = render_to_string("503.html", _contexte(request))
        reponse = HttpResponse(page, status=503)
    reponse["Retry-After"] = str(REVENIR)
    return reponse


def echec(request: HttpRequest) -> HttpResponseBase:
    """Something failed. What reads the session stands outside the views: a site too busy, or whose
    database is away, is recognised here.
    """
    erreur = sys.exception()
    lecture = request.method in ("GET", "HEAD")  # it would have recorded nothing anyway
    if est_attente(erreur) or (lecture and isinstance(erreur, (OperationalError, InterfaceError))):
        return occupe(request)
    return server_error(request)


def _contexte(request: HttpRequest) -> dict[str, object]:
    champs = [
        (nom, valeur)
        for nom, valeurs in request.POST.lists()
        if nom not in MOTS_DE_PASSE
        for valeur in valeurs
    ]
    envoi = request.method == "POST"
    return {
        "envoi": envoi,
        "champs": champs,
        "adresse": request.get_full_path() if champs or not envoi else _page_quittee(request),
        "csrf_token": get_token(request),
    }


def _page_quittee(request: HttpRequest) -> str:
    """The page whose button was pressed: its own address may take no GET."""
    try:
        return urlsplit(request.headers.get("Referer", "")).path or "/"
    except ValueError:
        return "/"
