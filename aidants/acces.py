"""Who may open a page: the decorators of the roles, and the request types that they guarantee."""

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, cast

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt
from django_otp_webauthn.models import WebAuthnCredential

from aidants.connexion import courante
from aidants.models import Aidant, Structure

P = ParamSpec("P")


def avant_les_conditions(vue: Callable[P, HttpResponseBase]) -> Callable[P, HttpResponseBase]:
    """Open the page before the account has its recovery codes and has accepted the terms."""
    vue.avant_les_conditions = True  # type: ignore[attr-defined]  # a mark on the function
    return vue


def etape_due(aidant: Aidant) -> str | None:
    """The page that an account still owes before anything opens; None when it owes none."""
    if aidant.codes_secours_le is None:
        return "codes_secours_premiers"
    return None if aidant.conditions_acceptees else "conditions"


def est_verifie(request: HttpRequest) -> bool:
    """Answer whether this session has given its password and its code."""
    return getattr(request.user, "otp_device", None) is not None


def cle_due(request: HttpRequest) -> bool:
    """Whether this session of the national team still owes a passkey (docs/decisions/0019).

    A passkey is what opened it, or was presented in it since: the session is bound to that key.
    """
    if not (settings.CLE_ACCES_SUPERVISION and est_verifie(request)):
        return False
    compte: Any = request.user
    cles = f"{WebAuthnCredential.model_label()}/"
    return bool(compte.supervision) and not compte.otp_device.persistent_id.startswith(cles)


class RequeteConnectee(HttpRequest):
    """A request of an account whose password and code are right (the middleware sees to it)."""

    user: Aidant


class RequeteAidant(RequeteConnectee):
    """A request of an aidant, for the structure where they work now."""

    structure: Structure
    structures: list[Structure]


VueAidant = Callable[Concatenate[RequeteAidant, P], HttpResponseBase]
Vue = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def aidant_requis(vue: VueAidant[P]) -> Vue[P]:
    """Open the page to the aidants of an active structure; say 403 to the other accounts."""

    @functools.wraps(vue)
    def enveloppe(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        requete = cast("RequeteAidant", request)
        requete.structures = requete.user.ou_travailler()
        ici = courante(requete, requete.structures)
        if ici is None:
            raise PermissionDenied
        requete.structure = ici
        return vue(requete, *args, **kwargs)

    return cast("Vue[P]", enveloppe)


def sinon_au_bureau(vue: Vue[P]) -> Vue[P]:
    """Lead to the administration who works nowhere else, rather than say 403."""

    @functools.wraps(vue)
    def enveloppe(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return vue(request, *args, **kwargs)
        except PermissionDenied:
            if request.user.is_staff:
                return redirect("admin:index")
            raise

    return cast("Vue[P]", enveloppe)


def sans_session(vue: Callable[P, HttpResponseBase]) -> Callable[P, HttpResponseBase]:
    """Open the view to programs: neither a session nor an account is read for it."""
    # No cookie is read: a program proves who it is by itself, and a forged form proves nothing.
    ouverte = csrf_exempt(login_not_required(vue))
    ouverte.sans_session = True  # type: ignore[attr-defined]  # a mark on the function
    return ouverte
