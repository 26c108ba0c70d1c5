"""JWTs that look right and are not: no algorithm, another key, a header of 64 kB, a bomb inside."""

import base64
import functools
import hashlib
import hmac
import json
import time
import uuid
from typing import Any

from django.conf import settings
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey

ALGS = ["none", "None", "HS256", "ES256", "RS256", "PS256", "EdDSA", "", None, 1, ["ES256"]]
EN_TETES: list[dict[str, Any]] = [
    {}, {"typ": "JWT"}, {"kid": "k" * 65_536}, {"kid": None}, {"kid": ["a"]}, {"kid": "\x00"},
    {"jku": "http://127.0.0.1:1/"}, {"x5u": "http://127.0.0.1:1/"}, {"crit": ["exp"]},
    {"crit": "exp"}, {"b64": False, "crit": ["b64"]}, {"zip": "DEF"}, {"jwk": "moi"},
    {"x5c": ["A" * 9000]}, {"a": [[[[[[[[[[]]]]]]]]]]},
]  # fmt: skip
CHARGES = [
    b"",
    b"[]",
    b"1",
    b"null",
    b'"a"',
    b"[" * 60_000,
    b'{"sub":' * 9000,
    b"\xff",
    b'{"sub":1}',
]
CLAIMS: list[dict[str, Any]] = [
    {}, {"sub": 1}, {"sub": ["a"]}, {"sub": "\ud800"}, {"sub": "a\x00"}, {"aud": {}},
    {"aud": [[]]}, {"aud": "https://evil.example"}, {"exp": "demain"}, {"exp": 1e300},
    {"exp": -1e18}, {"exp": True}, {"iat": None}, {"nbf": float("inf")}, {"jti": 1},
    {"jti": "\ud800"}, {"iss": None}, {"sid": "x"}, {"sid": []},
]  # fmt: skip
SIGNATURES = ["aucune", "vide", "autre cle", "cle publique", "secret", "bruit"]

JWTS = st.tuples(
    st.sampled_from(ALGS),
    st.sampled_from(EN_TETES),
    st.sampled_from(CLAIMS) | st.sampled_from(CHARGES),
    st.sampled_from(SIGNATURES),
)


@functools.cache
def _paires() -> tuple[ECKey, ECKey]:
    """The client's, and somebody else's."""
    return ECKey.generate_key("P-256"), ECKey.generate_key("P-256")


def paire_publique() -> dict[str, Any]:
    return {"keys": [_paires()[0].as_dict(private=False)]}


def forger(jwt: tuple[Any, dict[str, Any], Any, str], client_id: str, secret: str) -> bytes:
    """One of `JWTS`, in the name of this client; no signature is the client's own."""
    alg, en_tete, contenu, signature = jwt
    entete = _encoder(json.dumps({"alg": alg, **en_tete}).encode())
    charge = contenu if isinstance(contenu, bytes) else _charge(contenu, client_id)
    a_signer = entete + b"." + _encoder(charge)
    if signature == "autre cle":
        cle = _paires()[1]
        return jws.serialize_compact({"alg": "ES256"}, charge, cle, ["ES256"]).encode()
    return a_signer + _fin(signature, a_signer, secret)


def _charge(ecarts: dict[str, Any], client_id: str) -> bytes:
    """Right claims, but for one."""
    maintenant = int(time.time())
    justes = {
        "iss": client_id, "sub": client_id, "aud": settings.SITE_URL, "jti": str(uuid.uuid4()),
        "iat": maintenant, "exp": maintenant + 60,
    }  # fmt: skip
    return json.dumps(justes | ecarts).encode()


def _fin(signature: str, a_signer: bytes, secret: str) -> bytes:
    cles = {"secret": secret.encode(), "cle publique": _paires()[0].as_pem(private=False)}
    if signature in cles:
        return b"." + _encoder(hmac.new(cles[signature], a_signer, hashlib.sha256).digest())
    return {"aucune": b"", "vide": b".", "bruit": b"." + _encoder(b"x" * 64)}[signature]


def _encoder(octets: bytes) -> bytes:
    return base64.urlsafe_b64encode(octets).rstrip(b"=")
