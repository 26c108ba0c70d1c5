"""One visit to a démarche site: leave for the product, come back, log out.

What a site holds lives in the browser's session under the site's key: requests on their way (by
state), then what was received or why it was refused.
"""

import json
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from demo.configuration import monde
from demo.http import SeeOther, with_query
from demo.sites.client import Site, complete, logout_url, start
from demo.sites.verification import Refus

# Enough for several tabs at once; the oldest are forgotten.
MOST_PENDING = 8

# Rules of one site on top of the protocol: raise `Refus` or return.
SiteRules = Callable[[Mapping[str, Any]], None]


def leave(request: HttpRequest, site: Site) -> HttpResponse:
    """Send the browser to the product with a fresh request."""
    try:
        url, state, pending = start(site, monde())
    except Refus as refus:
        return _refuse(request, site, refus)
    on_their_way = {**_held(request, site).get("demandes", {}), state: pending}
    kept = dict(list(on_their_way.items())[-MOST_PENDING:])
    request.session[site.key] = {"demandes": kept}
    return SeeOther(url)


def come_back(request: HttpRequest, site: Site, rules: SiteRules) -> HttpResponse:
    """Check what comes back, keep it, and show it at the site's own page."""
    params = {name: str(value) for name, value in request.GET.items()}
    try:
        pending = _take_pending(request, site, params.get("state", ""))
        recu = complete(site, monde(), params, pending)
        rules(recu)
    except Refus as refus:
        return _refuse(request, site, refus)
    request.session[site.key] = {"recu": recu}
    return SeeOther(f"/{site.key}/")


def log_out(request: HttpRequest, site: Site) -> HttpResponse:
    """Forget the identity here, then ask the product to end the authorization."""
    recu = _held(request, site).get("recu")
    try:
        endpoint = logout_url(site, monde()) if recu else ""
    except Refus:
        endpoint = ""
    request.session[site.key] = {}
    if not recu or not endpoint:
        return SeeOther(site.logout_callback)
    state = secrets.token_hex(16)
    request.session["etats_sortie"] = {**request.session.get("etats_sortie", {}), site.key: state}
    url = with_query(
        endpoint,
        id_token_hint=recu["id_token_signe"],
        client_id=monde().services[site.service].client_id,
        post_logout_redirect_uri=monde().adresse + site.logout_callback,
        state=state,
    )
    return SeeOther(url)


def logged_out(request: HttpRequest, site: Site) -> HttpResponse:
    """Say that the person is out, and whether the product confirmed it with our state."""
    expected = request.session.get("etats_sortie", {}).get(site.key)
    confirmed = expected is not None and request.GET.get("state") == expected
    return render(request, f"demo/sites/{site.key}_sortie.html", {"confirmee": confirmed})


def show(request: HttpRequest, site: Site) -> HttpResponse:
    """Show the site, with everything received once someone is connected."""
    recu = _held(request, site).get("recu") or {}
    context = {
        "recu": recu,
        "identite": _lines(recu.get("userinfo", {})),
        "jeton": _lines(recu.get("id_token", {})),
        "acteur": _lines(recu.get("id_token", {}).get("act", {})),
    }
    return render(request, f"demo/sites/{site.key}.html", context)


def as_json(request: HttpRequest, site: Site) -> HttpResponse:
    """Return the same for a test, with the last refusal if there was one."""
    held = _held(request, site)
    recu = held.get("recu") or {}
    return JsonResponse({"connecte": bool(recu), **recu, "erreur": held.get("erreur")})


def _refuse(request: HttpRequest, site: Site, refus: Refus) -> HttpResponse:
    erreur = {"code": refus.code, "error": refus.erreur, "error_description": refus.detail}
    request.session[site.key] = {**_held(request, site), "recu": None, "erreur": erreur}
    return render(request, f"demo/sites/{site.key}_refus.html", erreur, status=400)


def _take_pending(request: HttpRequest, site: Site, state: str) -> dict[str, str]:
    held = _held(request, site)
    pending: dict[str, str] | None = held.get("demandes", {}).pop(state, None)
    request.session[site.key] = held
    if pending is None:
        code = "Y020022" if state else "Y020021"
        raise Refus(code, "Le « state » reçu ne correspond à aucune demande de ce navigateur.")
    return pending


def _lines(claims: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(name, _readable(value)) for name, value in claims.items()]


def _readable(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _held(request: HttpRequest, site: Site) -> dict[str, Any]:
    held: dict[str, Any] = request.session.get(site.key, {})
    return held
