from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from mozilla_django_oidc.auth import OIDCAuthenticationBackend  # type: ignore[import-untyped]  # no hints
from mozilla_django_oidc.utils import import_from_settings  # type: ignore[import-untyped]  # no hints
from mozilla_django_oidc.views import OIDCAuthenticationCallbackView  # type: ignore[import-untyped]  # no hints


class Callback(OIDCAuthenticationCallbackView):
    def get(self, request: HttpRequest) -> HttpResponse:
        """The library does not read `iss` (RFC 9207)."""
        if request.GET.get("iss") != self.get_settings("OIDC_OP_ISSUER"):
            raise SuspiciousOperation("Another issuer answers.")
        answer: HttpResponse = super().get(request)
        return answer


class Backend(OIDCAuthenticationBackend):
    def verify_token(self, token: str, **kwargs: Any) -> dict[str, Any]:
        """The library checks signature, `exp` and `nonce`: who signed, and for whom, are left."""
        claims: dict[str, Any] = super().verify_token(token, **kwargs)
        expected = (self.get_settings("OIDC_OP_ISSUER"), self.OIDC_RP_CLIENT_ID)
        if (claims["iss"], claims["aud"]) != expected:
            raise SuspiciousOperation("This token is not for this site.")
        return claims

    def get_userinfo(self, access_token: str, id_token: str, payload: Any) -> dict[str, Any]:
        identity: dict[str, Any] = super().get_userinfo(access_token, id_token, payload)
        if identity["sub"] != payload["sub"]:
            raise SuspiciousOperation("This identity is somebody else's.")
        return identity

    def verify_claims(self, claims: dict[str, Any]) -> bool:
        """The e-mail may be missing, and may be shared by a family: never the key of an account."""
        return "sub" in claims

    def filter_users_by_claims(self, claims: dict[str, Any]) -> Any:
        return User.objects.filter(username=claims["sub"])

    def create_user(self, claims: dict[str, Any]) -> User:
        return self.update_user(User(username=claims["sub"]), claims)

    def update_user(self, user: User, claims: dict[str, Any]) -> User:
        user.first_name, user.last_name = claims["given_name"], claims["family_name"]
        user.save()
        return user


def logout_url(request: HttpRequest) -> str:
    """Ours, then back to the site; `OIDCLogoutView` has ended the session here."""
    sortie = {
        "id_token_hint": request.session["oidc_id_token"],
        "post_logout_redirect_uri": request.build_absolute_uri("/sortie"),
    }
    return f"{import_from_settings('OIDC_OP_LOGOUT_ENDPOINT')}?{urlencode(sortie)}"
