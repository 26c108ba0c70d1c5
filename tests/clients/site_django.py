"""Two partner sites in one Django: mozilla-django-oidc and Authlib, as the guide sets them up.

`python -m tests.clients.site_django`; SERVICE, CLIENT_ID, CLIENT_SECRET, SITE and DOSSIER say the
rest, and HTTP_PROXY the way that calls take.
"""

import importlib
import os
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from socketserver import ThreadingMixIn
from urllib.parse import urlsplit
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django
from django.conf import settings
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, URLResolver, include, path

from tests.clients.guide import mozilla_settings

SITE = os.environ.get("SITE", "")


def dire_le_refus(get_response: Callable[[HttpRequest], HttpResponse]) -> object:
    """What a library raises is read by the test, and never by a visitor of a real site."""

    class Middleware:
        def __call__(self, request: HttpRequest) -> HttpResponse:
            return get_response(request)

        def process_exception(self, _: HttpRequest, erreur: Exception) -> HttpResponse:
            return JsonResponse({"refus": f"{type(erreur).__name__}: {erreur}"}, status=400)

    return Middleware()


def moi(request: HttpRequest) -> HttpResponse:
    """Who the site holds to be there, by mozilla-django-oidc."""
    from django.contrib.auth.models import User  # noqa: PLC0415 - after `configurer`

    personne: object = request.user
    if not isinstance(personne, User):
        return JsonResponse(None, safe=False)
    noms = {"given_name": personne.first_name, "family_name": personne.last_name}
    return JsonResponse({"sub": personne.get_username(), **noms})


def moi_authlib(request: HttpRequest) -> HttpResponse:
    return JsonResponse(request.session.get("person"), safe=False)


def sortie(_: HttpRequest) -> HttpResponse:
    return JsonResponse("au revoir", safe=False)


def configurer() -> None:
    du_guide = {nom: valeur for nom, valeur in vars(mozilla_settings).items() if nom.isupper()}
    settings.configure(
        **du_guide,
        SECRET_KEY=secrets.token_urlsafe(32),
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF=__name__,
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        SESSION_COOKIE_NAME="site_django",
        LOGIN_REDIRECT_URL="/moi",
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "mozilla_django_oidc",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            f"{__name__}.dire_le_refus",
        ],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": Path(os.environ["DOSSIER"]) / "site.sqlite3",
            }
        },
    )
    django.setup()
    # The guide's module, under the name that the guide gives it.
    sys.modules["demarches.oidc"] = importlib.import_module("tests.clients.guide.mozilla_oidc")
    authlib = importlib.import_module("tests.clients.guide.authlib_django")
    urlpatterns.extend(
        [
            path("authlib/depart", authlib.depart),
            path("authlib/retour", authlib.arrive),
            path("authlib/fin", authlib.leave),
            path("oidc/", include("mozilla_django_oidc.urls")),
        ]
    )


urlpatterns: list[URLPattern | URLResolver] = [
    path("moi", moi),
    path("moi-authlib", moi_authlib),
    path("sortie", sortie),
]


class _Serveur(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Muet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing: what fails is read in the answers."""


def servir() -> None:
    call_command("migrate", verbosity=0)
    from django.core.wsgi import get_wsgi_application  # noqa: PLC0415 - after `configurer`

    port = urlsplit(SITE).port or 0
    application = get_wsgi_application()
    make_server("127.0.0.1", port, application, _Serveur, _Muet).serve_forever()


if __name__ == "__main__":
    sys.modules["tests.clients.site_django"] = sys.modules["__main__"]
    configurer()
    servir()
