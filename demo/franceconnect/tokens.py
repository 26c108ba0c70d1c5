"""Signing keys and signed tokens of the simulator, ES256 only."""

import hashlib
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from demo.franceconnect.authorization import ACR
from demo.franceconnect.claims import claims_for
from demo.franceconnect.identites import Identite
from demo.franceconnect.store import Grant

ALG = "ES256"
LIFETIME = 60

_KEY = ECKey.generate_key("P-256", private=True)
# Shaped as FranceConnect's; the end changes at each start, since the key does.
_KID = f"pkcs11:ES256:{_KEY.thumbprint()[:8]}"


def public_keys() -> dict[str, Any]:
    """Return the JWKS document."""
    return {"keys": [{**_KEY.as_dict(private=False), "kid": _KID, "use": "sig", "alg": ALG}]}


def pairwise_sub(identite: Identite, client_id: str) -> str:
    """Return FranceConnect's subject: 64 hexadecimal digits and `v1`, one per person and client."""
    return hashlib.sha256(f"{client_id}|{identite.slug}|simulateur".encode()).hexdigest() + "v1"


def id_token(grant: Grant, issuer: str, now: int) -> str:
    """Return the signed id_token: FranceConnect's eight claims, and amr when asked."""
    claims: dict[str, Any] = {
        **_subject(grant, issuer, now),
        "acr": ACR,
        "auth_time": grant.auth_time,
        "nonce": grant.request.nonce,
    }
    if "amr" in grant.request.scopes:
        claims["amr"] = ["fc"]
    return _sign(claims)


def userinfo(grant: Grant, issuer: str, now: int) -> str:
    """Return the signed userinfo, limited to the granted scopes."""
    claims = claims_for(grant.identite, grant.request.scopes)
    return _sign({**_subject(grant, issuer, now), **claims})


def audience_of_hint(id_token_hint: str) -> str:
    """Return the client to whom we issued this id_token, even expired; empty if we did not."""
    try:
        claims = jwt.decode(id_token_hint, _KEY, algorithms=[ALG]).claims
    except (JoseError, ValueError):
        return ""
    return str(claims.get("aud", "")) if "nonce" in claims else ""


def _subject(grant: Grant, issuer: str, now: int) -> dict[str, Any]:
    client_id = grant.request.client_id
    return {
        "iss": issuer,
        "sub": pairwise_sub(grant.identite, client_id),
        "aud": client_id,
        "iat": now,
        "exp": now + LIFETIME,
    }


def _sign(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": ALG, "kid": _KID}, claims, _KEY, algorithms=[ALG])
