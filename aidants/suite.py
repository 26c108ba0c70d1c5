"""Where a person was going when a page of login came in between: `?next=`, kept at each step."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from aidants.models import Aidant


def demandee(request: HttpRequest) -> str:
    """Return the page asked for by `next`, if it is one of ours, else an empty string."""
    suite = request.GET.get(REDIRECT_FIELD_NAME, "")
    hote = urlsplit(settings.SITE_URL).netloc
    permise = url_has_allowed_host_and_scheme(suite, {hote}, require_https=request.is_secure())
    return suite if permise else ""


def vers(route: str, request: HttpRequest) -> HttpResponseRedirect:
    """Redirect to another page of login without losing where the person was going."""
    return HttpResponseRedirect(adresse(route, demandee(request)))


def adresse(route: str, suite: str) -> str:
    """The address of a page of login that goes to `suite` afterwards."""
    if not suite:
        return reverse(route)
    parametres = QueryDict(mutable=True)
    parametres[REDIRECT_FIELD_NAME] = suite
    return f"{reverse(route)}?{parametres.urlencode(safe='/')}"


def finale(request: HttpRequest, aidant: Aidant) -> str:
    """Where the login ends: the page asked for, or the one where the role works."""
    return demandee(request) or espace(aidant)


def espace(aidant: Aidant) -> str:
    """Where the role works; who has none learns it on the aidants' page."""
    au_bureau = aidant.is_staff and not aidant.structures().exists()
    return reverse("admin:index" if au_bureau else "espace")
