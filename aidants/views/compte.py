"""One's own account: who one is here, how one logs in, and where one is logged in."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from aidants import compte as lectures
from aidants import facteurs
from aidants.acces import RequeteConnectee


@require_GET
def compte(request: RequeteConnectee) -> HttpResponse:
    aidant = request.user
    applications, cles = facteurs.applications(aidant), facteurs.cles_acces(aidant)
    contexte = {
        "places": lectures.places(aidant),
        "applications": applications,
        "cles": cles,
        "codes_restants": facteurs.codes_restants(aidant),
        "est_seul": len(applications) + len(cles) < facteurs.MINIMUM,
        "sessions": lectures.sessions_ouvertes(aidant, cle=request.session.session_key),
        "connexions": lectures.dernieres_connexions(aidant),
    }
    return render(request, "aidants/compte.html", contexte)


@require_POST
def fermer_autres_sessions(request: RequeteConnectee) -> HttpResponse:
    nombre = lectures.fermer_autres_sessions(request.user, sauf=request.session.session_key)
    if nombre:
        messages.success(request, "Vos autres sessions sont fermées.")
    else:
        messages.info(request, "Aucune autre session n’était ouverte.")
    return redirect("compte")
