"""Passkeys: the page that adds one, and what its script and the login's ask of the server.

The four addresses of the scripts take and give JSON; a refusal is `{"message": …}`, to be shown.
"""

import functools
import json
from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from aidants import cles_acces, connexion, essais, facteurs, navigateurs, suite
from aidants.acces import RequeteConnectee, cle_due
from aidants.forms.cles_acces import NOM_MAX, NomCleForm
from aidants.middleware import demander_cle, demander_reprise
from aidants.views.connexion import arriver, connecte

CORPS_MAX = 16_384  # bytes: ten times a usual answer
REFUS = (
    "Cette clé d’accès n’est pas acceptée. Réessayez, ou connectez-vous autrement. "
    "Après plusieurs essais, attendez quelques minutes."
)
REFUS_ENREGISTREMENT = "Cette clé d’accès n’a pas été enregistrée. Réessayez."
TROP = f"Vous avez déjà {cles_acces.MAXIMUM} clés d’accès. Retirez-en une dans votre compte."
ILLISIBLE = "Cette demande est illisible. Rechargez la page, puis réessayez."
TROP_LONG = "Cette demande est trop longue. Rechargez la page, puis réessayez."

Json = dict[str, Any]
R = TypeVar("R", bound=HttpRequest)


def corps_json(vue: Callable[[R, Json], HttpResponseBase]) -> Callable[[R], HttpResponseBase]:
    """Give the view the JSON object that was posted; refuse whatever is not one."""

    @functools.wraps(vue)
    def enveloppe(request: R) -> HttpResponseBase:
        try:
            octets = request.body
        except RequestDataTooBig:
            return refuser(TROP_LONG, 413)
        if len(octets) > CORPS_MAX:
            return refuser(TROP_LONG, 413)
        corps = _lire(octets) if request.content_type == "application/json" else None
        return refuser(ILLISIBLE, 400) if corps is None else vue(request, corps)

    return cast("Callable[[R], HttpResponseBase]", require_POST(enveloppe))


def _lire(octets: bytes) -> Json | None:
    try:
        corps = json.loads(octets, parse_constant=_refuser_constante)
    except (ValueError, RecursionError):
        return None
    return corps if isinstance(corps, dict) else None


def _refuser_constante(nom: str) -> None:
    raise ValueError(f"{nom} is no JSON")  # RFC 8259, section 6


def refuser(message: str, status: int) -> JsonResponse:
    return JsonResponse({"message": message}, status=status)


@require_safe
def cle_exigee(request: RequeteConnectee) -> HttpResponse:
    """Why the administration asks the national team for a passkey, and how to give one."""
    if not cle_due(request):
        return HttpResponseRedirect(suite.finale(request, request.user))
    contexte = {
        "cles": facteurs.cles_acces(request.user),
        "creer": suite.vers("cle_acces_nouvelle", request).url,
    }
    return render(request, "aidants/cle_exigee.html", contexte)


@require_safe
def cle_acces_nouvelle(request: RequeteConnectee) -> HttpResponseBase:
    if cles_acces.sont_gardees(request, request.user):
        return demander_cle(request)
    if not connexion.code_recent(request):
        return demander_reprise(request)
    # The script puts the name back after a code was asked again.
    nom = request.GET.get("nom") or navigateurs.nommer(request.headers.get("User-Agent", ""))
    contexte = {
        "form": NomCleForm(initial={"nom": nom[:NOM_MAX]}),
        "complet": len(facteurs.cles_acces(request.user)) >= cles_acces.MAXIMUM,
        "maximum": cles_acces.MAXIMUM,
    }
    return render(request, "aidants/cle_acces_nouvelle.html", contexte)


@corps_json
def enregistrement_debut(request: RequeteConnectee, corps: Json) -> HttpResponseBase:
    if cles_acces.sont_gardees(request, request.user):
        return demander_cle(request)
    if not connexion.code_recent(request):
        return demander_reprise(request)
    form = NomCleForm({"nom": corps.get("nom")})
    if not form.is_valid():
        return refuser(str(form.errors["nom"][0]), 422)
    options = cles_acces.demander_enregistrement(request, request.user, **form.cleaned_data)
    return refuser(TROP, 409) if options is None else JsonResponse(options)


@corps_json
def enregistrement_fin(request: RequeteConnectee, corps: Json) -> HttpResponse:
    cle = cles_acces.enregistrer(request, request.user, corps)
    if cle is None:
        return refuser(REFUS_ENREGISTREMENT, 422)
    messages.success(
        request,
        f"La clé d’accès « {cle.name} » est prête. Elle suffit maintenant pour vous connecter.",
    )
    voulue = suite.demandee(request)
    return JsonResponse(
        {"suite": suite.adresse("arrivee", voulue) if voulue else reverse("compte")}
    )


@login_not_required
@corps_json
def connexion_debut(request: HttpRequest, corps: Json) -> HttpResponse:
    """A login names nobody; `reprise` asks for a key of the account of this session, at rest."""
    if not corps.get("reprise"):
        return JsonResponse(cles_acces.demander_connexion(request))
    aidant = connecte(request)
    if aidant is None:
        return refuser(REFUS, 403)
    return JsonResponse(cles_acces.demander_connexion(request, aidant))


@login_not_required
@corps_json
def connexion_fin(request: HttpRequest, corps: Json) -> HttpResponse:
    aidant = cles_acces.presenter_cle(request, corps)
    if aidant is None:
        return refuser(REFUS, 403)
    reponse = JsonResponse({"suite": suite.vers("arrivee", request).url})
    essais.reconnaitre(reponse, aidant.courriel)
    return reponse


@require_safe
def arrivee(request: RequeteConnectee) -> HttpResponse:
    """Where a passkey leads: the page that was asked for, or what was typed before the rest."""
    return arriver(request, request.user)
