"""The two sites as OpenID Connect clients of the product, on Authlib's client."""

import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from joserfc.jwk import KeySetSerialization

from demo.configuration import Monde
from demo.sites.verification import (
    Expected,
    Refus,
    check_id_token,
    check_response,
    check_userinfo,
)

TIMEOUT = 6


@dataclass(frozen=True)
class Site:
    """How one site talks to the product."""

    key: str
    service: str
    callback: str
    logout_callback: str
    scope: str
    auth_method: str
    pkce: bool
    leeway: int
    extra: Mapping[str, str] = field(default_factory=dict)

    def redirect_uri(self, monde: Monde) -> str:
        """Return the registered callback address."""
        return monde.adresse + self.callback

    def client(self, monde: Monde) -> OAuth2Client:
        """Return an Authlib client; no leeway, or it would ask to refresh 60-second tokens."""
        credentials = monde.services[self.service]
        return OAuth2Client(
            client_id=credentials.client_id,
            client_secret=credentials.client_secret,
            token_endpoint_auth_method=self.auth_method,
            redirect_uri=self.redirect_uri(monde),
            scope=self.scope,
            code_challenge_method="S256" if self.pkce else None,
            leeway=0,
            timeout=TIMEOUT,
            trust_env=False,
        )


def discover(monde: Monde) -> dict[str, Any]:
    """Return the product's metadata, fetched anew each time as FranceConnect does."""
    metadata = _get_json(f"{monde.produit}/.well-known/openid-configuration")
    if metadata.get("issuer") != monde.produit:
        raise Refus("Y020026", "L’émetteur annoncé par Aidants Connect n’est pas celui attendu.")
    return metadata


def start(site: Site, monde: Monde) -> tuple[str, str, dict[str, str]]:
    """Return the address to go to, its state, and what to remember until the callback."""
    metadata = discover(monde)
    pending = {"nonce": secrets.token_hex(16), "code_verifier": ""}
    if site.pkce:
        pending["code_verifier"] = secrets.token_urlsafe(48)
    with site.client(monde) as client:
        url, state = client.create_authorization_url(
            metadata["authorization_endpoint"],
            state=secrets.token_hex(16),
            code_verifier=pending["code_verifier"] or None,
            nonce=pending["nonce"],
            **site.extra,
        )
    return url, state, pending


def complete(
    site: Site, monde: Monde, params: Mapping[str, str], pending: Mapping[str, str]
) -> dict[str, Any]:
    """Return everything received, once checked; raise `Refus` otherwise."""
    metadata = discover(monde)
    code = check_response(
        params,
        metadata["issuer"],
        iss_required=bool(metadata.get("authorization_response_iss_parameter_supported")),
    )
    keys = cast(KeySetSerialization, _get_json(metadata["jwks_uri"]))
    with site.client(monde) as client:
        token = _exchange(client, metadata, code, pending)
        userinfo = _userinfo(client, metadata)
    expected = Expected(metadata["issuer"], client.client_id, pending["nonce"], site.leeway)
    claims = check_id_token(
        token["id_token"], keys, expected, token["access_token"], int(time.time())
    )
    content_type = userinfo.headers.get("content-type", "")
    return {
        "id_token": claims,
        "userinfo": check_userinfo(userinfo.text, content_type, keys, expected, claims["sub"]),
        "type_userinfo": content_type,
        "id_token_signe": token["id_token"],
        "iss": params.get("iss", ""),
    }


def logout_url(site: Site, monde: Monde) -> str:
    """Return the product's end_session_endpoint, empty when it announces none."""
    return str(discover(monde).get("end_session_endpoint", ""))


def _exchange(
    client: OAuth2Client, metadata: Mapping[str, Any], code: str, pending: Mapping[str, str]
) -> dict[str, Any]:
    verifier = {"code_verifier": pending["code_verifier"]} if pending["code_verifier"] else {}
    try:
        token: dict[str, Any] = client.fetch_token(
            metadata["token_endpoint"],
            grant_type="authorization_code",
            code=code,
            redirect_uri=client.redirect_uri,
            **verifier,
        )
    except OAuthError as error:
        raise Refus("Y020026", error.description or "", erreur=error.error or "") from error
    except (httpx2.HTTPError, ValueError) as error:
        raise Refus("Y020026", "Aidants Connect n’a pas donné de jeton.") from error
    if not {"access_token", "id_token"} <= token.keys():
        raise Refus("Y020030", "La réponse du point token est incomplète.")
    return token


def _userinfo(client: OAuth2Client, metadata: Mapping[str, Any]) -> httpx2.Response:
    try:
        response: httpx2.Response = client.get(metadata["userinfo_endpoint"])
        response.raise_for_status()
    except (httpx2.HTTPError, OAuthError) as error:
        raise Refus("Y020027", "Aidants Connect n’a pas donné l’identité.") from error
    return response


def _get_json(url: str) -> dict[str, Any]:
    try:
        response = httpx2.get(url, timeout=TIMEOUT, trust_env=False)
        response.raise_for_status()
        document = response.json()
    except (httpx2.HTTPError, json.JSONDecodeError) as error:
        raise Refus("Y020026", "Aidants Connect ne répond pas.") from error
    if not isinstance(document, dict):
        raise Refus("Y020026", "Aidants Connect répond autre chose que prévu.")
    return document
