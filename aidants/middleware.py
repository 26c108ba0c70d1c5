"""Closed by default: every page asks for an account, a second factor and a recent presence.

And, once, for the last steps of an account's birth. Programs pass beside, on a way of their own.
"""

import functools
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db import transaction
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    QueryDict,
)
from django.urls import ResolverMatch, URLPattern, URLResolver, get_resolver, resolve, reverse
from django.utils import timezone

from aidants import connexion, saisie
from aidants.acces import RequeteConnectee, est_verifie, etape_due
from aidants.models import Session

Suite = Callable[[HttpRequest], HttpResponseBase]
PAS_DE_PRESENCE = timedelta(minutes=1)  # between two writes of "seen at"


class ConnexionExigeeMiddleware(LoginRequiredMiddleware):
    """Django's own rule, with the second factor, the 30 minutes' rest and the 12 hours."""

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        if not getattr(view_func, "login_required", True):
            return None
        if not est_verifie(request):
            return HttpResponseRedirect(_vers(str(settings.LOGIN_URL), request))
        requete = cast("RequeteConnectee", request)
        return _verifier_presence(requete) or _verifier_etapes(requete, view_func)


def _verifier_presence(request: RequeteConnectee) -> HttpResponseBase | None:
    if connexion.est_finie(request):
        return _fermer(request)
    repos = connexion.repos(request)
    if repos > settings.INACTIVITE_MAX:
        return demander_reprise(request)
    if repos > PAS_DE_PRESENCE:
        request.session[connexion.VU_LE] = timezone.now().timestamp()
    return None


def _verifier_etapes(request: RequeteConnectee, vue: Any) -> HttpResponseBase | None:
    """Recovery codes and terms of use come before everything else (regles.md, section 7)."""
    etape = etape_due(request.user)
    if etape is None or getattr(vue, "avant_les_conditions", False):
        return None
    return HttpResponseRedirect(_vers(reverse(etape), request))


def _fermer(request: RequeteConnectee) -> HttpResponseBase:
    """Twelve hours have passed: a whole login again, which comes back to the same page."""
    retenue = saisie.retenir(request)
    with transaction.atomic():
        Session.objects.finir(request.session)
    logout(request)
    saisie.reposer(request, retenue)
    return HttpResponseRedirect(_vers(str(settings.LOGIN_URL), request))


def demander_reprise(request: RequeteConnectee) -> HttpResponseBase:
    """Ask a code again, then come back to this page and to what was posted to it."""
    saisie.reposer(request, saisie.retenir(request))
    return HttpResponseRedirect(_vers(reverse("reprise"), request))


def demander_cle(request: RequeteConnectee) -> HttpResponseBase:
    """Ask the passkey that this session owes, then come back in the same way."""
    saisie.reposer(request, saisie.retenir(request))
    return HttpResponseRedirect(_vers(reverse("cle_exigee"), request))


def _vers(page: str, request: HttpRequest) -> str:
    """The address of `page` that comes back to this one.

    A posted form is kept in the session; the page that it was typed on is where one comes back.
    """
    retour = request.get_full_path()
    if request.method not in ("GET", "HEAD"):
        retour = _chemin(request.headers.get("Referer", "")) or reverse("espace")
    parametres = QueryDict(mutable=True)
    parametres[REDIRECT_FIELD_NAME] = retour
    return f"{page}?{parametres.urlencode(safe='/')}"


def _chemin(adresse: str) -> str:
    """The path of an address that a browser sent; empty when it is not an address."""
    try:
        return urlsplit(adresse).path
    except ValueError:
        return ""


def voie_sans_session(suite: Suite) -> Suite:
    """Answer programs here: what comes after is for browsers (session, account, CSRF, policies).

    A session cookie that a browser sends to `/oidc/jwks` is thus never read.
    """
    directes = functools.cache(_vues_directes)  # the addresses are read at the first request

    def middleware(request: HttpRequest) -> HttpResponseBase:
        trouvee = directes().get(request.path_info)
        if trouvee is None:
            return suite(request)
        request.resolver_match = trouvee
        reponse: HttpResponseBase = trouvee.func(request)
        if isinstance(reponse, HttpResponse):
            reponse.setdefault("Content-Length", str(len(reponse.content)))
        return reponse

    return middleware


def _vues_directes() -> dict[str, ResolverMatch]:
    """The views marked `sans_session`, by their address, which has no parameter."""
    return {
        f"/{chemin}": resolve(f"/{chemin}")
        for chemin, vue in _vues(get_resolver().url_patterns)
        if getattr(vue, "sans_session", False)
    }


def _vues(motifs: Iterable[URLPattern | URLResolver], debut: str = "") -> Iterator[tuple[str, Any]]:
    for motif in motifs:
        chemin = debut + str(motif.pattern)
        if isinstance(motif, URLResolver):
            yield from _vues(motif.url_patterns, chemin)
        else:
            yield chemin, motif.callback
