"""Sending the browser back to a FS: exact address, its query kept, `state` untouched, our `iss`."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from mandats.origines import autoriser_formulaire_vers


class Redirection303(HttpResponseRedirect):
    """After a form, the browser must come by GET (RFC 9700, section 4.12)."""

    status_code = 303


def avec_parametres(adresse: str, parametres: dict[str, str]) -> str:
    """Add parameters to an address that may have a query of its own."""
    parties = urlsplit(adresse)
    requete = "&".join(filter(None, [parties.query, urlencode(parametres)]))
    return urlunsplit(parties._replace(query=requete))


def vers_fs(
    request: HttpRequest, demande: Mapping[str, Any], reponse: dict[str, str]
) -> HttpResponse:
    """Answer an authorization request (RFC 6749, section 4.1.2; `iss`: RFC 9207).

    `demande` holds the request's parameters; its `response_mode` says how.
    """
    complets = {**reponse, "iss": settings.SITE_URL}
    if demande.get("state"):
        complets["state"] = demande["state"]
    if demande.get("response_mode") == "form_post":
        return _par_formulaire(request, demande["redirect_uri"], complets)
    retour = Redirection303(avec_parametres(demande["redirect_uri"], complets))
    retour["Referrer-Policy"] = "no-referrer"
    return retour


def _par_formulaire(
    request: HttpRequest, redirect_uri: str, parametres: dict[str, str]
) -> HttpResponse:
    """A form with one button, which a script sends at once (OAuth 2.0 Form Post Response Mode).

    Its address is told to nobody but our origin: `no-referrer` would make `Origin: null` of it.
    """
    contexte = {"redirect_uri": redirect_uri, "parametres": parametres}
    page = render(request, "fournisseur_identite/retour_fs.html", contexte)
    page["Referrer-Policy"] = "strict-origin"
    return autoriser_formulaire_vers(page, "https:", redirect_uri)
