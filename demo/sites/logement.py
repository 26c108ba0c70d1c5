"""Mes aides au logement: a partner that calls the product directly, with PKCE."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from demo.sites import parcours
from demo.sites.client import Site

SITE = Site(
    key="logement",
    service="logement",
    callback="/logement/retour/",
    logout_callback="/logement/sortie/",
    scope="openid profile birth email",
    auth_method="client_secret_basic",
    pkce=True,
    leeway=5,
    extra={"acr_values": "eidas1"},
)


@require_GET
def logement(request: HttpRequest) -> HttpResponse:
    """Show the site."""
    return parcours.show(request, SITE)


@require_GET
def logement_connexion(request: HttpRequest) -> HttpResponse:
    """Leave for the product."""
    return parcours.leave(request, SITE)


@require_GET
def logement_retour(request: HttpRequest) -> HttpResponse:
    """Receive the product's answer."""
    return parcours.come_back(request, SITE, _no_more_rules)


@require_POST
def logement_deconnexion(request: HttpRequest) -> HttpResponse:
    """Log out here and at the product."""
    return parcours.log_out(request, SITE)


@require_GET
def logement_sortie(request: HttpRequest) -> HttpResponse:
    """End of the logout."""
    return parcours.logged_out(request, SITE)


@require_GET
def logement_recu(request: HttpRequest) -> HttpResponse:
    """Give the received data to a test."""
    return parcours.as_json(request, SITE)


def _no_more_rules(_recu: Mapping[str, Any]) -> None:
    """Accept: a partner has no rule beyond the protocol's."""
