"""Four small middlewares of the whole site."""

import logging
from collections.abc import Callable
from typing import cast
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.middleware.gzip import GZipMiddleware
from django.middleware.http import ConditionalGetMiddleware
from django.utils.cache import patch_cache_control, patch_vary_headers

from aidants.attentes import est_attente
from aidants_connect.pages_publiques import COMMUNES
from aidants_connect.views import erreurs

Suite = Callable[[HttpRequest], HttpResponse]
FRAICHEUR = 300  # seconds that a cache may keep a public page
_SOUS_TOUT_NOM = "/metriques"  # a monitor asks each node by the address that it has
_HORS_REDIRECTION = ("/sante", "/oidc/", "/.well-known/")

logger = logging.getLogger(__name__)


def adresse_canonique(suite: Suite) -> Suite:
    """Send a reader of another host name of ours to the canonical one.

    Sessions, FranceConnect's return and the OIDC issuer all belong to one name: the demo answers on
    127.0.0.1 too, but lives on localhost.
    """
    hote = urlsplit(settings.SITE_URL).netloc

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path == _SOUS_TOUT_NOM:
            return suite(request)
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


def pages_communes(suite: Suite) -> Suite:
    """Let caches keep the pages that are the same for everybody, and send them compressed.

    Only to who has no session, and only an answer that opens none: nothing of a person stands in
    it, so that compressing it tells nothing either (BREACH).
    """
    conditionnel, compresseur = ConditionalGetMiddleware(suite), GZipMiddleware(suite)

    def middleware(request: HttpRequest) -> HttpResponse:
        reponse = suite(request)
        if not _est_commune(request, reponse):
            return reponse
        patch_cache_control(reponse, public=True, max_age=FRAICHEUR)
        patch_vary_headers(reponse, ("Cookie",))
        entiere = conditionnel.process_response(request, reponse)
        return cast("HttpResponse", compresseur.process_response(request, entiere))

    return middleware


def _est_commune(request: HttpRequest, reponse: HttpResponse) -> bool:
    vue = request.resolver_match.url_name if request.resolver_match else ""
    return (
        vue in COMMUNES
        and reponse.status_code == 200
        and request.method in ("GET", "HEAD")
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and not reponse.cookies
    )


class TropOccupe:
    """A page that could not have its turn in the database says so, and offers to try again.

    The view's transaction is undone by then; a page that knows better has answered before.
    """

    def __init__(self, suite: Suite) -> None:
        self.suite = suite

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.suite(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        if not est_attente(exception):
            return None
        vue = request.resolver_match.view_name if request.resolver_match else ""
        logger.warning("trop_occupe: %s, %s", vue, type(exception.__cause__).__name__)
        return erreurs.occupe(request)
