"""Codes, tokens, claims and logout of the simulator."""

import base64
import hashlib

import httpx2
import pytest

from tests.demo.navigateur import DEMANDE, SORTIE, Navigateur, params_de


def test_token_answer_has_exactly_the_documented_fields(navigateur: Navigateur) -> None:
    token = navigateur.token(navigateur.code()).json()
    assert set(token) == {"access_token", "expires_in", "id_token", "scope", "token_type"}
    assert token["expires_in"] == 60


def test_id_token_has_exactly_eight_claims(navigateur: Navigateur) -> None:
    claims = navigateur.claims(navigateur.token(navigateur.code()).json()["id_token"])
    assert set(claims) == {"sub", "acr", "auth_time", "nonce", "aud", "exp", "iat", "iss"}
    assert claims["nonce"] == DEMANDE["nonce"]
    assert len(claims["sub"]) == 66


def test_amr_comes_with_its_scope(navigateur: Navigateur) -> None:
    token = navigateur.token(navigateur.code(scope="openid amr")).json()
    assert navigateur.claims(token["id_token"])["amr"] == ["fc"]


def test_a_replayed_code_takes_its_token_down(navigateur: Navigateur) -> None:
    code = navigateur.code()
    access_token = navigateur.token(code).json()["access_token"]
    assert navigateur.token(code).json()["error"] == "invalid_grant"
    assert navigateur.userinfo(access_token).status_code == 401


@pytest.mark.parametrize(
    ("champs", "status", "erreur"),
    [
        ({"client_secret": "faux"}, 401, "invalid_client"),
        ({"client_id": "autre"}, 401, "invalid_client"),
        ({"redirect_uri": SORTIE}, 400, "invalid_grant"),
        ({"code": "inconnu"}, 400, "invalid_grant"),
        ({"code_verifier": "sans défi"}, 400, "invalid_grant"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
def test_token_refusals(
    navigateur: Navigateur, champs: dict[str, str], status: int, erreur: str
) -> None:
    champs = {"code": navigateur.code()} | champs
    reponse = navigateur.token(**champs)
    assert (reponse.status_code, reponse.json()["error"]) == (status, erreur)


def test_client_secret_basic_is_refused(navigateur: Navigateur) -> None:
    basic = httpx2.BasicAuth("produit-chez-fc", "secret-chez-fc")
    assert navigateur.client.post("/api/v2/token", auth=basic).status_code == 401


@pytest.mark.parametrize(("verifier", "status"), [("v" * 43, 200), ("w" * 43, 400), ("", 400)])
def test_pkce_is_verified_when_sent(navigateur: Navigateur, verifier: str, status: int) -> None:
    digest = hashlib.sha256(b"v" * 43).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    code = navigateur.code(code_challenge=challenge, code_challenge_method="S256")
    assert navigateur.token(code, code_verifier=verifier).status_code == status


def test_userinfo_is_a_signed_jwt(navigateur: Navigateur) -> None:
    token = navigateur.token(navigateur.code()).json()
    reponse = navigateur.userinfo(token["access_token"])
    assert reponse.headers["Content-Type"] == "application/jwt"
    claims = navigateur.claims(reponse.text)
    assert claims["aud"] == DEMANDE["client_id"]
    assert claims["sub"] == navigateur.claims(token["id_token"])["sub"]


def test_revoked_token_is_refused(navigateur: Navigateur) -> None:
    access_token = navigateur.token(navigateur.code()).json()["access_token"]
    secrets = {"client_id": "produit-chez-fc", "client_secret": "secret-chez-fc"}
    navigateur.client.post("/api/v2/token/revocation", data=secrets | {"token": access_token})
    reponse = navigateur.userinfo(access_token)
    assert reponse.status_code == 401
    assert "invalid_token" in reponse.headers["WWW-Authenticate"]


def _fin_de_session(navigateur: Navigateur, **params: str) -> httpx2.Response:
    id_token = navigateur.token(navigateur.code()).json()["id_token"]
    demande = {"id_token_hint": id_token, "post_logout_redirect_uri": SORTIE, "state": "etat"}
    return navigateur.client.get("/api/v2/session/end", params=demande | params)


def test_logout_closes_the_session_and_goes_straight_back(navigateur: Navigateur) -> None:
    reponse = _fin_de_session(navigateur)
    assert reponse.headers["Location"] == f"{SORTIE}?state=etat"
    assert "/interaction/" in navigateur.authorize().headers["Location"]


@pytest.mark.parametrize(
    "params", [{"id_token_hint": "faux"}, {"post_logout_redirect_uri": SORTIE + "autre"}]
)
def test_logout_refuses_strangers(navigateur: Navigateur, params: dict[str, str]) -> None:
    assert _fin_de_session(navigateur, **params).status_code == 400
    assert "code" in params_de(navigateur.authorize())


def test_breakdown_answers_500(navigateur: Navigateur) -> None:
    code = navigateur.code()
    navigateur.client.post("/api/v2/_panne", data={"mode": "erreur"})
    try:
        assert navigateur.token(code).status_code == 500
    finally:
        navigateur.client.post("/api/v2/_panne", data={"mode": "aucune"})
    assert navigateur.token(code).status_code == 200
