"""Who asks: Django's and django-otp's own answers, from what was read with the session.

Whatever is not plain (no session, a stale one, a secret that was rotated) is left to them.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.middleware import AuthenticationMiddleware, get_user
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.middleware import OTPMiddleware

from aidants.models import Aidant


class CompteMiddleware(AuthenticationMiddleware):
    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(partial(_compte, request))  # type: ignore[assignment]  # as Django does


def _compte(request: HttpRequest) -> Any:
    return _lu_avec_la_session(request.session) or get_user(request)


def _lu_avec_la_session(session: Any) -> Aidant | None:
    """The account of the session's row, when all that Django asks of it holds."""
    ref = session.get(SESSION_KEY)  # reads the session
    compte: Aidant | None = session.compte
    if compte is None or str(compte.pk) != ref or not compte.is_active:
        return None
    if session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    preuve = session.get(HASH_SESSION_KEY) or ""
    return compte if constant_time_compare(preuve, compte.get_session_auth_hash()) else None


@dataclass(frozen=True)
class FacteurOuvert:
    """The second factor by which the session was opened; it is still there, and confirmed."""

    persistent_id: str


class FacteurMiddleware(OTPMiddleware):
    def _verify_user_sync(self, request: HttpRequest, user: Any) -> Any:
        facteur: str = request.session.get(DEVICE_ID_SESSION_KEY, "")
        if facteur not in getattr(user, "facteurs_ouverts", ()):
            return super()._verify_user_sync(request, user)
        self._init_user_fields(user)
        user.otp_device = FacteurOuvert(facteur)
        return user
