"""/oidc/authorize: a FS asks who the usager is; the request is checked, kept, and shown."""

import functools
import uuid
from collections.abc import Callable
from typing import Any, cast

from authlib.oauth2.rfc6749.errors import OAuth2Error
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from aidants.acces import RequeteAidant, aidant_requis, est_verifie
from aidants.adresses import adresse_client
from aidants.connexion import totp_donne_le
from aidants.middleware import demander_reprise
from aidants.models import Aidant
from fournisseur_identite import debits, moteur, requetes
from fournisseur_identite.models import DemandeAutorisation, DemandePoussee, FournisseurService
from fournisseur_identite.requetes import AccesImpossible
from fournisseur_identite.views.redirections import Redirection303, vers_fs

DEMANDES = "oidc_demandes"
DEMANDES_MAX = 10
ADRESSE_MAX = 16_384  # characters


@csrf_exempt  # another site's form may send the person here (OpenID Connect Core, 3.1.2.1)
@login_not_required
@require_http_methods(["GET", "POST"])
def oidc_authorize(request: HttpRequest) -> HttpResponseBase:
    if not debits.DEMANDES_ADRESSE.prendre(adresse_client(request)):
        return _trop_de_demandes(request)
    if request.method == "POST":
        return _reprendre_par_get(request)
    try:
        return _repondre(request)
    except AccesImpossible:
        return render(request, "fournisseur_identite/acces_impossible.html", status=400)


def _trop_de_demandes(request: HttpRequest) -> HttpResponse:
    page = render(request, "fournisseur_identite/trop_de_demandes.html", status=429)
    page["Retry-After"] = debits.ATTENTE
    return page


def _reprendre_par_get(request: HttpRequest) -> HttpResponseBase:
    """Come back by GET: another site's POST is sent without our session's cookie (SameSite=Lax)."""
    adresse = f"{reverse('oidc_authorize')}?{request.POST.urlencode()}"
    if len(adresse) > ADRESSE_MAX:
        return render(request, "fournisseur_identite/acces_impossible.html", status=400)
    return Redirection303(adresse)


def _repondre(request: HttpRequest) -> HttpResponseBase:
    """Find the client, pushed request or not, then check what it asks; its errors go back to it."""
    poussee = requetes.retrouver(request.GET)
    if poussee is not None and poussee.demande is not None:
        return _reprendre(request, poussee.demande)
    parametres = requetes.deplier(poussee) if poussee else request.GET
    fs = requetes.reconnaitre(parametres)
    if not debits.DEMANDES_FS.prendre(fs.client_id):
        return _trop_de_demandes(request)
    try:
        _valider(request, parametres, fs, poussee)
        demande = requetes.enregistrer(parametres, fs, poussee)
    except OAuth2Error as erreur:
        requetes.abandonner(poussee)
        return vers_fs(request, parametres.dict(), moteur.parametres_erreur(erreur))
    _retenir(request, demande)
    return Redirection303(reverse("oidc_usager", args=[demande.pk]))


def _reprendre(request: HttpRequest, demande: DemandeAutorisation) -> HttpResponseBase:
    """The same browser comes again by the same `request_uri`: back to its own request, if live."""
    if str(demande.pk) not in request.session.get(DEMANDES, []) or demande.est_close:
        raise AccesImpossible
    return Redirection303(reverse("oidc_usager", args=[demande.pk]))


def _valider(
    request: HttpRequest,
    parametres: QueryDict,
    fs: FournisseurService,
    poussee: DemandePoussee | None,
) -> None:
    """Check form, policy and protocol; nobody is chosen silently (`prompt=none`)."""
    aidant = cast("Aidant", request.user) if est_verifie(request) else None
    if fs.par_exige and poussee is None:
        raise OAuth2Error("A pushed request is required.", error="invalid_request")
    requetes.verifier_forme(parametres)
    requetes.verifier_politique(parametres, fs)
    moteur.valider_demande(parametres, aidant, fs=fs)
    if parametres.get("prompt") == "none":
        raise OAuth2Error("A person must be chosen.", error="interaction_required")


def _retenir(request: HttpRequest, demande: DemandeAutorisation) -> None:
    """Bind the request to this browser, across its login."""
    demandes = [*request.session.get(DEMANDES, []), str(demande.pk)]
    request.session[DEMANDES] = demandes[-DEMANDES_MAX:]


VueDemande = Callable[..., HttpResponseBase]


def demande_en_cours(vue: VueDemande) -> Callable[..., HttpResponseBase]:
    """Give the view a live request of this browser, and a code as recent as the FS wants it.

    A form is answered in one transaction, which holds the request's lock from its first reading.
    """

    @functools.wraps(vue)
    def enveloppe(request: RequeteAidant, demande_id: uuid.UUID, **reste: Any) -> HttpResponseBase:
        if request.method != "POST":
            return suivre(request, demande_id, **reste)
        with transaction.atomic():
            return suivre(request, demande_id, **reste)

    def suivre(request: RequeteAidant, demande_id: uuid.UUID, **reste: Any) -> HttpResponseBase:
        demande = _chercher(request, demande_id)
        if demande is None or demande.est_expiree or demande.est_close:
            return demande_perdue(request, demande)
        donne_le = totp_donne_le(request)
        exige = demande.totp_exige_apres
        if exige and (donne_le is None or donne_le < exige):
            return demander_reprise(request)
        return vue(request, demande, **reste)

    return aidant_requis(cast("VueDemande", enveloppe))


def _chercher(request: HttpRequest, demande_id: uuid.UUID) -> DemandeAutorisation | None:
    if str(demande_id) not in request.session.get(DEMANDES, []):
        return None
    demande = DemandeAutorisation.objects.en_cours(demande_id, verrou=request.method == "POST")
    if demande is None or not demande.fs.check_redirect_uri(demande.parametres["redirect_uri"]):
        return None
    return demande


def demande_perdue(request: HttpRequest, demande: DemandeAutorisation | None) -> HttpResponse:
    """A dead end, explained: too old, used already, or of another browser."""
    contexte = {"demande": demande}
    return render(request, "fournisseur_identite/demande_perdue.html", contexte, status=410)
