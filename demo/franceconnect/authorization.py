"""What FranceConnect accepts at /authorize, and how it refuses the rest.

FranceConnect shows its own page (no redirect) when it cannot trust the client or when the request
breaks its rules, and redirects with an OAuth error for the few cases left.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from demo.configuration import Client
from demo.franceconnect.claims import SCOPES

MANDATORY = ("client_id", "redirect_uri", "response_type", "scope", "state", "nonce", "acr_values")
# FranceConnect refuses shorter ones; ANSSI asks for both.
SHORTEST_RANDOM = 22
ACR = "eidas1"
PROMPTS = ("login", "consent")


class RefusedOnPage(Exception):
    """FranceConnect explains the refusal on its own page."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class RefusedByRedirect(Exception):
    """FranceConnect sends the person back to the client with an OAuth error."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error
        self.description = description


@dataclass(frozen=True)
class AuthorizationRequest:
    """A request that passed every check."""

    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...]
    state: str
    nonce: str
    prompt: str = ""
    code_challenge: str = ""


def check_client(params: Mapping[str, Sequence[str]], client: Client) -> None:
    """Raise `RefusedOnPage` unless the client and its redirect_uri are registered."""
    if list(params.get("client_id", ())) != [client.client_id]:
        raise RefusedOnPage("Y04EA6EF", "client_id inconnu")
    redirect_uri = list(params.get("redirect_uri", ()))
    if len(redirect_uri) != 1 or redirect_uri[0] not in client.redirect_uris:
        raise RefusedOnPage("Y04C013C", "redirect_uri non enregistrée pour ce client")


def check_form(params: Mapping[str, Sequence[str]]) -> None:
    """Raise `RefusedOnPage` when a mandatory parameter is missing, repeated or too weak."""
    for name in MANDATORY:
        if not params.get(name, ("",))[0]:
            raise _malformed(f"{name} est obligatoire")
    for name, values in params.items():
        if len(values) > 1:
            raise _malformed(f"{name} est répété")
    for name in ("state", "nonce"):
        if len(params[name][0]) < SHORTEST_RANDOM:
            raise _malformed(f"{name} a moins de {SHORTEST_RANDOM} caractères")
    if "prompt" in params and not set(params["prompt"][0].split(" ")) <= set(PROMPTS):
        raise _malformed("prompt n’accepte que login ou consent")


def accept(params: Mapping[str, Sequence[str]]) -> AuthorizationRequest:
    """Return the request, or raise `RefusedByRedirect`; the form must have been checked."""
    values = {name: given[0] for name, given in params.items()}
    scopes = tuple(values["scope"].split(" "))
    _check_redirectable(values, scopes)
    return AuthorizationRequest(
        client_id=values["client_id"],
        redirect_uri=values["redirect_uri"],
        scopes=scopes,
        state=values["state"],
        nonce=values["nonce"],
        prompt=values.get("prompt", ""),
        code_challenge=values.get("code_challenge", ""),
    )


def _check_redirectable(values: Mapping[str, str], scopes: Sequence[str]) -> None:
    if "request" in values:
        raise RefusedByRedirect("request_not_supported", "request is not supported")
    if "request_uri" in values:
        raise RefusedByRedirect("request_uri_not_supported", "request_uri is not registered")
    if values["response_type"] != "code":
        raise RefusedByRedirect("unsupported_response_type", "only code is supported")
    if "openid" not in scopes or not set(scopes) <= set(SCOPES):
        raise RefusedByRedirect("invalid_scope", "scope missing openid or not granted")
    if ACR not in values["acr_values"].split(" "):
        raise RefusedByRedirect("invalid_acr", f"only {ACR} is granted")
    _check_pkce(values)


def _check_pkce(values: Mapping[str, str]) -> None:
    challenge, method = values.get("code_challenge"), values.get("code_challenge_method")
    if (challenge is None) != (method is None) or method not in (None, "S256"):
        raise RefusedByRedirect("invalid_request", "PKCE needs code_challenge with method S256")


def verifies(code_verifier: str, code_challenge: str) -> bool:
    """Tell whether the PKCE pair matches (RFC 7636, S256); two empty strings do."""
    if not code_challenge or not code_verifier:
        return code_challenge == code_verifier
    digest = hashlib.sha256(code_verifier.encode()).digest()
    expected = base64.urlsafe_b64encode(digest).rstrip(b"=")
    return hmac.compare_digest(expected, code_challenge.encode())


def _malformed(reason: str) -> RefusedOnPage:
    return RefusedOnPage("Y030007", reason)
