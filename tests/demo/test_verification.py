"""A relying party believes nothing that it has not checked."""

import json
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySetSerialization, OctKey

from demo.sites.verification import (
    Expected,
    Refus,
    at_hash,
    check_id_token,
    check_response,
    check_userinfo,
)
from tests.demo.faux_produit import CLE, signe

NOW = 1_800_000_000
ATTENDU = Expected(issuer="https://op.example", client_id="site", nonce="un-nonce")
CLES: KeySetSerialization = {"keys": [CLE.as_dict(private=False)]}
CLAIMS = {
    "iss": "https://op.example",
    "sub": "personne",
    "aud": "site",
    "iat": NOW,
    "exp": NOW + 60,
    "nonce": "un-nonce",
    "acr": "eidas1",
    "at_hash": at_hash("jeton"),
}


def verifie(id_token: str, leeway: int = 0) -> dict[str, Any]:
    attendu = Expected(ATTENDU.issuer, ATTENDU.client_id, ATTENDU.nonce, leeway)
    return check_id_token(id_token, CLES, attendu, "jeton", NOW)


def test_at_hash_matches_the_specification_example() -> None:
    jeton = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"
    assert at_hash(jeton) == "77QmUPtjPfzWtF2AnpK9RQ"


@pytest.mark.parametrize(
    "change",
    [{}, {"aud": ["site"]}, {"aud": ["site", "b"], "azp": "site"}, {"acr": "eidas2"}, {"nbf": NOW}],
)
def test_accepted(change: dict[str, Any]) -> None:
    assert verifie(signe(CLAIMS | change))["sub"] == "personne"


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://op.example/"},
        {"aud": "autre"},
        {"aud": ["site", "b"]},
        {"azp": "autre"},
        {"nonce": "autre"},
        {"nonce": None},
        {"exp": NOW},
        {"exp": True},
        {"nbf": NOW + 1},
        {"sub": ""},
        {"sub": "é"},
        {"acr": None},
        {"acr": "eidas9"},
        {"at_hash": at_hash("autre")},
    ],
)
def test_refused(change: dict[str, Any]) -> None:
    with pytest.raises(Refus):
        verifie(signe(CLAIMS | change))


@pytest.mark.parametrize("absent", ["iss", "sub", "aud", "exp", "iat", "nonce", "acr"])
def test_a_missing_claim_is_refused(absent: str) -> None:
    claims = {nom: valeur for nom, valeur in CLAIMS.items() if nom != absent}
    with pytest.raises(Refus):
        verifie(signe(claims))


def test_time_tolerance_is_the_sites_choice() -> None:
    id_token = signe(CLAIMS | {"exp": NOW - 1})
    assert verifie(id_token, leeway=5)
    with pytest.raises(Refus):
        verifie(id_token)


def test_signature_of_a_stranger_is_refused() -> None:
    with pytest.raises(Refus):
        verifie(signe(CLAIMS, ECKey.generate_key("P-256", private=True)))


def test_alg_is_pinned() -> None:
    cle = OctKey.import_key("x" * 32)
    with pytest.raises(Refus):
        verifie(jwt.encode({"alg": "HS256", "kid": "une-cle"}, CLAIMS, cle))


@pytest.mark.parametrize("brut", ["", "a.b.c", "eyJhbGciOiJub25lIn0.e30."])
def test_rubbish_is_refused(brut: str) -> None:
    with pytest.raises(Refus):
        verifie(brut)


def test_userinfo_json_and_jwt() -> None:
    for corps, genre in (
        (json.dumps({"sub": "personne"}), "application/json; charset=utf-8"),
        (signe({"sub": "personne", "aud": "site"}), "application/jwt"),
    ):
        assert check_userinfo(corps, genre, CLES, ATTENDU, "personne")["sub"] == "personne"


@pytest.mark.parametrize(
    ("corps", "genre", "code"),
    [
        ('{"sub": "autre"}', "application/json", "Y020029"),
        ('["sub"]', "application/json", "Y020027"),
        ("{", "application/json", "Y020027"),
        ("{}", "text/html", "Y020027"),
        (signe({"sub": "personne", "iss": "autre"}), "application/jwt", "Y020027"),
        (signe({"sub": "personne", "aud": "autre"}), "application/jwt", "Y020027"),
    ],
)
def test_userinfo_refused(corps: str, genre: str, code: str) -> None:
    with pytest.raises(Refus) as refus:
        check_userinfo(corps, genre, CLES, ATTENDU, "personne")
    assert refus.value.code == code


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"code": "c"}, "Y020026"),
        ({"code": "c", "iss": "autre"}, "Y020026"),
        ({"iss": ATTENDU.issuer}, "Y020025"),
        ({"iss": ATTENDU.issuer, "error": "access_denied"}, ""),
    ],
)
def test_response_refused(params: dict[str, str], code: str) -> None:
    with pytest.raises(Refus) as refus:
        check_response(params, ATTENDU.issuer, iss_required=True)
    assert refus.value.code == code
