"""The proof of a use: what the usager takes home, and the page that checks it without us."""

import uuid
from pathlib import Path
from typing import Any

from csp.constants import NONE
from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods

from journal import examen
from journal.examen import PreuveRefusee
from journal.models import Entree
from journal.preuve import PasEncoreScellee, cles_publiees, composer
from mandats import consultation, preuves
from mandats.forms.preuve import PreuveForm

SCRIPT = Path(settings.BASE_DIR) / "docs/verifier_preuve.py"
CORPS_MAX = 4 * examen.TAILLE_MAX  # beyond, the request is refused unread
BIENTOT = 10  # seconds within which an entry is sealed


@login_not_required
@require_GET
def preuve(request: HttpRequest, acte: uuid.UUID) -> HttpResponseBase:
    """The proof file of one's own use."""
    entree = _utilisation(request, acte)
    if entree is None:
        return redirect("mon_mandat")
    try:
        octets = composer(entree, avec_sujet=True)
    except PasEncoreScellee:
        return _pas_encore(request)
    return HttpResponse(octets, content_type="application/json", headers=_nommer(entree, "json"))


@login_not_required
@require_GET
def preuve_feuille(request: HttpRequest, acte: uuid.UUID) -> HttpResponseBase:
    """The same proof on one printed page."""
    entree = _utilisation(request, acte)
    if entree is None:
        return redirect("mon_mandat")
    try:
        octets = preuves.feuille(entree)
    except PasEncoreScellee:
        return _pas_encore(request)
    return HttpResponse(octets, content_type="application/pdf", headers=_nommer(entree, "pdf"))


def _utilisation(request: HttpRequest, acte: uuid.UUID) -> Entree | None:
    """The use, if this browser may read it; None when the view is closed.

    A found paper must not tell one's life: FranceConnect, or the one-time code of its mandat.
    """
    if consultation.mandats_ouverts(request.session) is None:
        return None
    entrees = consultation.utilisations_lisibles(request.session)
    return get_object_or_404(entrees.select_related("sujet"), acte=acte)


def _nommer(entree: Entree, forme: str) -> dict[str, str]:
    disposition = "attachment" if forme == "json" else "inline"
    nom = f"preuve-{entree.instant:%Y-%m-%d}-{str(entree.acte)[:8]}.{forme}"
    return {"Content-Disposition": f'{disposition}; filename="{nom}"'}


def _pas_encore(request: HttpRequest) -> HttpResponse:
    reponse = render(request, "mandats/preuve_pas_encore.html", status=503)
    reponse["Retry-After"] = str(BIENTOT)
    return reponse


# --- Checking -------------------------------------------------------------------------------------


# The browser itself keeps the page's script from sending anything anywhere.
@csp_replace({"connect-src": [NONE]})
@csrf_exempt  # for a body that is too large to be left unread: `_recevoir` is protected
@login_not_required
@require_http_methods(["GET", "POST"])
def verifier_preuve(request: HttpRequest) -> HttpResponseBase:
    """A page whose script checks a proof on its own; without script, the form asks our server."""
    if request.method == "GET":
        return _repondre(request, {"form": PreuveForm()})
    if int(request.META.get("CONTENT_LENGTH") or 0) > CORPS_MAX:
        form = PreuveForm({}, {})
        form.refuser_sans_lire()
        return _repondre(request, {"form": form}, status=413)
    return _recevoir(request)


@csrf_protect
def _recevoir(request: HttpRequest) -> HttpResponse:
    return _repondre(request, _juger(PreuveForm(request.POST, request.FILES)))


def _repondre(request: HttpRequest, contexte: dict[str, Any], *, status: int = 200) -> HttpResponse:
    contexte |= preuves.page(contexte.get("lue"))
    return render(request, "mandats/verifier_preuve.html", contexte, status=status)


def _juger(form: PreuveForm) -> dict[str, Any]:
    if not form.is_valid():
        return {"form": form}
    try:
        lue = examen.examiner(form.cleaned_data["fichier"], cles_publiees())
    except PreuveRefusee as refus:
        return {"form": PreuveForm(), "verdict": refus.motif.value}
    return {"form": PreuveForm(), "verdict": "juste", "lue": lue}


@login_not_required
@require_GET
def preuve_script(request: HttpRequest) -> HttpResponse:
    """The program that checks a proof without this site."""
    disposition = {"Content-Disposition": f'attachment; filename="{SCRIPT.name}"'}
    return HttpResponse(SCRIPT.read_bytes(), content_type="text/x-python", headers=disposition)
