"""Two small middlewares of the whole site."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

Suite = Callable[[HttpRequest], HttpResponse]
_HORS_REDIRECTION = ("/sante", "/oidc/", "/.well-known/")


def adresse_canonique(suite: Suite) -> Suite:
    """Send a reader of another host name of ours to the canonical one.

    Sessions, FranceConnect's return and the OIDC issuer all belong to one name: the demo answers on
    127.0.0.1 too, but lives on localhost.
    """
    hote = urlsplit(settings.SITE_URL).netloc

    def middleware(request: HttpRequest) -> HttpResponse:
        ailleurs = request.get_host() != hote and request.method in ("GET", "HEAD")
        if ailleurs and not request.path.startswith(_HORS_REDIRECTION):
            return HttpResponseRedirect(settings.SITE_URL + request.get_full_path())
        return suite(request)

    return middleware


def en_tetes(suite: Suite) -> Suite:
    """Headers that Django does not set: no powerful feature, nothing private kept by a cache."""

    def middleware(request: HttpRequest) -> HttpResponse:
        reponse = suite(request)
        reponse.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        reponse.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if not request.path.startswith(settings.STATIC_URL):
            reponse.setdefault("Cache-Control", "no-store")
        return reponse

    return middleware
