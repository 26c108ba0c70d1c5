"""Sending the browser back to a FS: exact address, its query kept, `state` untouched, our `iss`."""

from urllib.parse import urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.http import HttpResponseRedirect


class Redirection303(HttpResponseRedirect):
    """After a form, the browser must come by GET (RFC 9700, section 4.12)."""

    status_code = 303


def avec_parametres(adresse: str, parametres: dict[str, str]) -> str:
    """Add parameters to an address that may have a query of its own."""
    parties = urlsplit(adresse)
    requete = "&".join(filter(None, [parties.query, urlencode(parametres)]))
    return urlunsplit(parties._replace(query=requete))


def vers_fs(redirect_uri: str, parametres: dict[str, str], state: str) -> HttpResponseRedirect:
    """Answer an authorization request (RFC 6749, section 4.1.2; `iss`: RFC 9207)."""
    complets = {**parametres, "iss": settings.SITE_URL}
    if state:
        complets["state"] = state
    reponse = Redirection303(avec_parametres(redirect_uri, complets))
    reponse["Referrer-Policy"] = "no-referrer"
    return reponse
