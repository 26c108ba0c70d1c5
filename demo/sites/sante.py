"""Mon espace santé: reached by FranceConnect, which calls the product in its own way.

The site stands for FranceConnect towards the product: its request, its zero tolerance on time, its
rules on the identity and its check of the perimeters.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from demo.sites import parcours
from demo.sites.client import Site
from demo.sites.regles_franceconnect import anomalies, check_rep_scope
from demo.sites.verification import Refus

PERIMETERS = ("Social-Santé", "Famille-Scolarité")

SITE = Site(
    key="sante",
    service="franceconnect",
    callback="/sante/oidc-callback",
    logout_callback="/sante/logout-callback",
    scope="openid profile email birth",
    auth_method="client_secret_post",
    pkce=False,
    leeway=0,
    extra={
        "acr_values": "eidas1",
        "prompt": "login",
        "claims": json.dumps(
            {"id_token": {"rep_scope": {"essential": True, "values": list(PERIMETERS)}}},
            ensure_ascii=False,
            separators=(",", ":"),
        ),
    },
)


@require_GET
def sante(request: HttpRequest) -> HttpResponse:
    """Show the site."""
    return parcours.show(request, SITE)


@require_GET
def sante_connexion(request: HttpRequest) -> HttpResponse:
    """Leave for the product as FranceConnect does."""
    return parcours.leave(request, SITE)


@require_GET
def sante_oidc_callback(request: HttpRequest) -> HttpResponse:
    """Receive the product's answer."""
    return parcours.come_back(request, SITE, check_rules)


@require_POST
def sante_deconnexion(request: HttpRequest) -> HttpResponse:
    """Log out here and at the product."""
    return parcours.log_out(request, SITE)


@require_GET
def sante_logout_callback(request: HttpRequest) -> HttpResponse:
    """End of the logout."""
    return parcours.logged_out(request, SITE)


@require_GET
def sante_recu(request: HttpRequest) -> HttpResponse:
    """Give the received data to a test."""
    return parcours.as_json(request, SITE)


def check_rules(recu: Mapping[str, Any]) -> None:
    """Raise `Refus` when FranceConnect would not pass this identity on to the site."""
    faults = anomalies(recu["userinfo"])
    if faults:
        raise Refus("Y020028", "Identité non conforme. " + " ; ".join(faults) + ".")
    check_rep_scope(recu["id_token"], PERIMETERS)
