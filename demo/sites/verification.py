"""What a relying party checks before it believes anything (OpenID Connect Core 3.1.3.7 and 5.3).

Pure functions; each refusal carries the code that FranceConnect's own error list gives it.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization

ALG = "ES256"
ACCEPTED_ACR = ("eidas1", "eidas2", "eidas3")


class Refus(Exception):
    """The site refuses what it received; `code` is FranceConnect's, `detail` is for the reader."""

    def __init__(self, code: str, detail: str, erreur: str = "") -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.erreur = erreur


@dataclass(frozen=True)
class Expected:
    """What the tokens must say: `leeway` is the clock tolerance in seconds."""

    issuer: str
    client_id: str
    nonce: str
    leeway: int = 0


def check_response(params: Mapping[str, str], issuer: str, *, iss_required: bool) -> str:
    """Return the code of an authorization response whose state is already known to be ours."""
    iss = params.get("iss")
    if (iss is None and iss_required) or iss not in (None, issuer):
        raise Refus("Y020026", "L’adresse « iss » de la réponse n’est pas celle attendue.")
    if "error" in params:
        raise Refus("", params.get("error_description", ""), erreur=params["error"])
    if not params.get("code"):
        raise Refus("Y020025", "La réponse ne contient pas de code.")
    return params["code"]


def check_id_token(
    id_token: str, keys: KeySetSerialization, expected: Expected, access_token: str, now: int
) -> dict[str, Any]:
    """Return the claims of a valid id_token, or raise `Refus`."""
    claims = _decode(id_token, keys, "Y020026")
    _check_recipient(claims, expected)
    _check_times(claims, expected.leeway, now)
    if not hmac.compare_digest(str(claims.get("nonce", "")), expected.nonce):
        raise Refus("Y020026", "Le nonce de l’id_token n’est pas celui envoyé.")
    if claims.get("at_hash", at_hash(access_token)) != at_hash(access_token):
        raise Refus("Y020026", "L’at_hash ne correspond pas au jeton d’accès.")
    if claims.get("acr") not in ACCEPTED_ACR:
        raise Refus("Y100018", "Le niveau « acr » de l’id_token n’est pas admis.")
    return claims


def check_userinfo(
    body: str, content_type: str, keys: KeySetSerialization, expected: Expected, sub: str
) -> dict[str, Any]:
    """Return the claims of a userinfo answer, JSON or signed, for the subject `sub`."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/jwt":
        claims = _decode(body, keys, "Y020027")
        _check_userinfo_recipient(claims, expected)
    elif kind == "application/json":
        claims = _json_object(body)
    else:
        raise Refus("Y020027", f"Le type de contenu « {kind} » n’est pas admis.")
    if claims.get("sub") != sub:
        raise Refus("Y020029", "Le sub de userinfo n’est pas celui de l’id_token.")
    return claims


def at_hash(access_token: str) -> str:
    """Return the left half of the SHA-256 of the token, in base64url (Core 3.1.3.6)."""
    half = hashlib.sha256(access_token.encode("ascii", "replace")).digest()[:16]
    return base64.urlsafe_b64encode(half).rstrip(b"=").decode()


def _decode(token: str, keys: KeySetSerialization, code: str) -> dict[str, Any]:
    try:
        decoded = jwt.decode(token, KeySet.import_key_set(keys), algorithms=[ALG])
    except (JoseError, ValueError) as error:
        raise Refus(code, "La signature du jeton n’est pas valable.") from error
    return decoded.claims


def _json_object(body: str) -> dict[str, Any]:
    try:
        claims = json.loads(body)
    except ValueError:
        claims = None
    if not isinstance(claims, dict):
        raise Refus("Y020027", "La réponse userinfo n’est pas un objet JSON.")
    return claims


def _check_recipient(claims: Mapping[str, Any], expected: Expected) -> None:
    if claims.get("iss") != expected.issuer:
        raise Refus("Y020026", "L’id_token vient d’un autre émetteur (iss).")
    if not claims.get("sub") or not isinstance(claims["sub"], str) or not claims["sub"].isascii():
        raise Refus("Y020029", "L’id_token n’a pas de sub utilisable.")
    audiences = _audiences(claims)
    if expected.client_id not in audiences:
        raise Refus("Y020026", "L’id_token est destiné à un autre site (aud).")
    azp = claims.get("azp", "" if len(audiences) > 1 else expected.client_id)
    if azp != expected.client_id:
        raise Refus("Y020026", "L’id_token est destiné à un autre site (azp).")


def _audiences(claims: Mapping[str, Any]) -> list[Any]:
    aud = claims.get("aud")
    return aud if isinstance(aud, list) else [aud]


def _check_times(claims: Mapping[str, Any], leeway: int, now: int) -> None:
    times = {name: claims[name] for name in ("exp", "iat", "nbf") if name in claims}
    if any(isinstance(at, bool) or not isinstance(at, int | float) for at in times.values()):
        raise Refus("Y020026", "Une date de l’id_token n’est pas un nombre.")
    if not {"exp", "iat"} <= times.keys():
        raise Refus("Y020026", "L’id_token n’a pas de date d’émission ou de fin.")
    if times["exp"] + leeway <= now:
        raise Refus("Y020026", "L’id_token a expiré.")
    if times.get("nbf", now) > now + leeway:
        raise Refus("Y020026", "L’id_token n’est pas encore valable.")


def _check_userinfo_recipient(claims: Mapping[str, Any], expected: Expected) -> None:
    if claims.get("iss", expected.issuer) != expected.issuer:
        raise Refus("Y020027", "La réponse userinfo vient d’un autre émetteur.")
    if "aud" in claims and expected.client_id not in _audiences(claims):
        raise Refus("Y020027", "La réponse userinfo est destinée à un autre site.")
