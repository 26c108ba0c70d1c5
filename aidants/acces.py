"""Who may open a page: the decorators of the roles, and the request types that they guarantee."""

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from aidants.connexion import STRUCTURE
from aidants.models import Aidant, Structure

P = ParamSpec("P")


def est_verifie(request: HttpRequest) -> bool:
    """Answer whether this session has given its password and its code."""
    return getattr(request.user, "otp_device", None) is not None


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
        requete.structures = list(requete.user.structures())
        if not requete.structures:
            raise PermissionDenied
        requete.structure = structure_courante(requete)
        return vue(requete, *args, **kwargs)

    return cast("Vue[P]", enveloppe)


def structure_courante(requete: RequeteAidant) -> Structure:
    """Return the structure chosen in this session, the first by name otherwise."""
    choisie = requete.session.get(STRUCTURE)
    for structure in requete.structures:
        if str(structure.pk) == choisie:
            return structure
    return requete.structures[0]
