"""What every endpoint that a FS's server calls has in common: POST, a form, one authentication."""

import base64
import functools
from collections.abc import Callable
from urllib.parse import unquote_plus

from authlib.oauth2.rfc6749.errors import OAuth2Error
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from aidants import attentes
from aidants.acces import sans_session
from aidants.adresses import adresse_client
from fournisseur_identite import debits, moteur
from fournisseur_identite.models import FournisseurService

CORPS_MAX = 16_384  # bytes
FORMULAIRE = "application/x-www-form-urlencoded"
Vue = Callable[[HttpRequest], HttpResponse]
VueOuverte = Callable[[HttpRequest], HttpResponseBase]
VueDuFs = Callable[[HttpRequest, FournisseurService], HttpResponse]


def appel_de_serveur(vue: Vue) -> VueOuverte:
    """Open the view to well-formed POSTs; an address that fails too often must wait."""

    @functools.wraps(vue)
    def enveloppe(request: HttpRequest) -> HttpResponse:
        adresse = adresse_client(request)
        if debits.ECHECS_ADRESSE.est_vide(adresse):
            return moteur.reponse_d_erreur(debits.TropDAppels())
        reponse = _erreur_de_forme(request) or vue(request)
        if reponse.status_code == 401:
            debits.ECHECS_ADRESSE.prendre(adresse)
        return reponse

    # A server calls it, which proves who it is.
    return sans_session(a_reprendre(enveloppe))


def a_reprendre(vue: VueOuverte) -> VueOuverte:
    """Tell a server that nothing was done for want of a turn in the database: it may call again."""

    @functools.wraps(vue)
    def enveloppe(request: HttpRequest) -> HttpResponseBase:
        try:
            return vue(request)
        except DatabaseError as erreur:
            if not attentes.est_attente(erreur):
                raise
        reponse = moteur.erreur_json("temporarily_unavailable", "Call again later.", status=503)
        reponse["Retry-After"] = str(attentes.REVENIR)
        return reponse

    return enveloppe


def appel_du_fs(vue: VueDuFs) -> VueOuverte:
    """The same, for a view that wants to know which client calls; one transaction."""

    @functools.wraps(vue)
    def enveloppe(request: HttpRequest) -> HttpResponse:
        try:
            fs = moteur.authentifier(request)
            return vue(request, fs)
        except OAuth2Error as erreur:
            return moteur.reponse_d_erreur(erreur)

    return appel_de_serveur(transaction.atomic(enveloppe))


def _erreur_de_forme(request: HttpRequest) -> HttpResponse | None:
    if request.method != "POST":
        reponse = moteur.erreur_json("invalid_request", "Use POST.", status=405)
        reponse["Allow"] = "POST"
        return reponse
    if erreur := _defaut(request):
        return moteur.erreur_json("invalid_request", erreur)
    try:
        client_id = _client_de_l_en_tete(request)
    except ValueError:
        return moteur.client_refuse()
    if client_id and request.POST.get("client_id", client_id) != client_id:
        return moteur.erreur_json("invalid_request", "Two clients are named.")
    return None


def _defaut(request: HttpRequest) -> str:
    """Answer what is wrong with the form of a request; empty when nothing is."""
    if int(request.headers.get("Content-Length") or 0) > CORPS_MAX:
        return "The body is too large."
    if request.content_type != FORMULAIRE:
        return f"The body must be {FORMULAIRE}."
    try:
        listes = [valeurs for _, valeurs in request.POST.lists()]
    except (BadRequest, SuspiciousOperation):  # another charset, a thousand fields
        return "The body cannot be read."
    if any(len(valeurs) > 1 for valeurs in listes):
        return "A parameter is repeated."
    if any("\x00" in texte for nom, liste in request.POST.lists() for texte in (nom, *liste)):
        return "A parameter holds a NUL byte."
    preuves = (
        "Authorization" in request.headers,
        "client_secret" in request.POST,
        "client_assertion" in request.POST,
    )
    return "Use one way of client authentication." if sum(preuves) > 1 else ""


def _client_de_l_en_tete(request: HttpRequest) -> str | None:
    """The client named by HTTP Basic; None without it. Raises ValueError when it cannot be read.

    Authlib lets a malformed header end in an error of its own (500).
    """
    schema, _, valeur = request.headers.get("Authorization", "").partition(" ")
    if schema.lower() != "basic":
        return None
    client_id, separateur, _ = base64.b64decode(valeur, validate=True).decode().partition(":")
    if not separateur or "\x00" in client_id:
        raise ValueError("client_id")
    return unquote_plus(client_id)
