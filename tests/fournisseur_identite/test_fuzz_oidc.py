"""Anything, sent to every endpoint: a standard answer, never a 500, nothing of it in the logs.

`OIDC_FUZZ` is the number of cases of each test here; set, they are other ones at each run, and the
end of the run says how many requests there were and what they got (`make fuzz`).
"""

import base64
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from fournisseur_identite.debits import Debit
from tests.fournisseur_identite.flux import FORMULAIRE, Flux
from tests.fournisseur_identite.jwts_hostiles import JWTS, forger, paire_publique

pytestmark = pytest.mark.django_db
CANARI = "canari-7f3a9c"
NOMS = [
    "client_id", "redirect_uri", "response_type", "response_mode", "scope", "state", "nonce",
    "acr_values", "claims", "prompt", "max_age", "display", "ui_locales", "login_hint",
    "id_token_hint", "code_challenge", "code_challenge_method", "request", "request_uri",
    "grant_type", "code", "code_verifier", "client_secret", "client_assertion",
    "client_assertion_type", "token", "token_type_hint", "post_logout_redirect_uri", "access_token",
]  # fmt: skip
TYPE_ASSERTION = b"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
JWT_NONE = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=") + b".e30."
HOSTILES = [
    b"", b"\x00", b"\xff\xfe", b"\xc3(", "é€😀\u202e".encode(), b"\xed\xa0\x80", b"\r\nX: y",
    b"a" * 600, b"a" * 65_536, b"[" * 5000, b'{"id_token":' * 300, b'{"id_token":{"acr":[]}}',
    b'{"id_token":{"rep_scope":{"values":[1,null,{}]}},"userinfo":{"rep_scope":[]}}',
    b'{"userinfo":{"sub":NaN}}', b'{"id_token":{"acr":{"essential":true,"values":"x"}}}',
    b'{"id_token":{"rep_scope":{"values":{"a":1}}}}', b'{"id_token":{"\\ud800":"\\u0000"}}',
    JWT_NONE, b"eyJhbGciOiJIUzI1NiJ9." + b"A" * 3000 + b".x", b"e30.e30.e30", b"." * 40,
    b"urn:ietf:params:oauth:request_uri:" + CANARI.encode(), TYPE_ASSERTION, b"9" * 400, b"-1",
    "²".encode(), b"1e308", b"none login", b"form_post", b"none", b"login", b"authorization_code",
    b"javascript:alert(1)", b"https://fs.example.org/retour", b"*", b"%00", b"code",
    CANARI.encode(), b"[" * 60_000, b'{"a":' * 12_000, b'{"id_token":{"acr":1e999}}',
]  # fmt: skip
VALEURS = (
    st.sampled_from(HOSTILES)
    | st.binary(max_size=60)
    | st.text(max_size=60).map(lambda texte: texte.encode(errors="surrogatepass"))
)
CHAMPS = st.sampled_from(NOMS).map(str.encode) | st.binary(max_size=12)
AJOUTS = st.lists(st.tuples(CHAMPS, VALEURS), max_size=6)
RETIRES = st.sets(st.sampled_from(NOMS), max_size=3)
EN_TETES = st.sampled_from(["Basic ", "Bearer ", "basic", "Digest ", ""]).flatmap(
    lambda schema: st.text(
        st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=80
    ).map(lambda reste: schema + reste)
)
ERREURS = {
    "invalid_request", "invalid_client", "invalid_grant", "unsupported_grant_type",
    "unsupported_response_type", "invalid_scope", "request_not_supported", "invalid_token",
    "request_uri_not_supported", "unmet_authentication_requirements", "access_denied",
    "login_required", "interaction_required", "temporarily_unavailable", "consent_required",
    "account_selection_required", "unauthorized_client",
}  # fmt: skip
CAS = os.environ.get("OIDC_FUZZ", "")
REPONSES: Counter[int] = Counter()
reglages = settings(
    max_examples=int(CAS or "30"),
    deadline=None,
    derandomize=not CAS,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(autouse=True)
def _sans_limite(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Debit, "prendre", lambda *_: True)
    monkeypatch.setattr(Debit, "est_vide", lambda *_: False)


@pytest.fixture(scope="module", autouse=True)
def _releve(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if CAS:
        total = f"{REPONSES.total()} requests; by status: {dict(sorted(REPONSES.items()))}"
        with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
            sys.stdout.write(f"\nOpenID Connect fuzz: {total}\n")


def encoder(base: dict[str, Any], retires: set[str], ajouts: list[tuple[bytes, bytes]]) -> str:
    gardes = [(n.encode(), str(v).encode()) for n, v in base.items() if n not in retires]
    return "&".join(f"{quote_from_bytes(n)}={quote_from_bytes(v)}" for n, v in gardes + ajouts)


def est_sain(reponse: Any, caplog: pytest.LogCaptureFixture) -> None:
    REPONSES[reponse.status_code] += 1
    assert reponse.status_code in STATUTS, reponse.status_code
    if reponse.status_code >= 400 and reponse.request["PATH_INFO"] in DES_SERVEURS:
        corps = reponse.json()
        assert corps["error"] in ERREURS
        assert re.fullmatch(r"[\x20\x21\x23-\x5B\x5D-\x7E]*", corps.get("error_description", ""))
    lieu = reponse.get("Location", "")
    assert lieu.startswith(("https://fs.example.org/", "/oidc/", "/connexion/?next=/")) or not lieu
    assert "\n" not in lieu
    assert CANARI not in caplog.text
    caplog.clear()


DES_SERVEURS = {f"/oidc/{nom}" for nom in ("token", "par", "revoke", "introspect")}
STATUTS = (200, 201, 302, 303, 304, 400, 401, 403, 404, 405, 410)


def poster(adresse: str, corps: str, **en_tetes: str) -> Any:
    return Client().post(adresse, corps, content_type=FORMULAIRE, headers=en_tetes)


def du_fs(flux: Flux, **champs: str) -> dict[str, str]:
    return {"client_id": flux.fs.client_id, "client_secret": flux.secret, **champs}


@reglages
@given(retires=RETIRES, ajouts=AJOUTS)
def test_authorize(
    flux: Flux, caplog: pytest.LogCaptureFixture, retires: set[str], ajouts: Any
) -> None:
    requete = encoder(flux.parametres(state=CANARI, nonce=None), retires, ajouts)
    est_sain(flux.client.generic("GET", "/oidc/authorize", QUERY_STRING=requete), caplog)
    est_sain(poster("/oidc/authorize", requete), caplog)


@reglages
@given(retires=RETIRES, ajouts=AJOUTS)
def test_par(flux: Flux, caplog: pytest.LogCaptureFixture, retires: set[str], ajouts: Any) -> None:
    base = flux.parametres(state=CANARI, **du_fs(flux))
    est_sain(poster("/oidc/par", encoder(base, retires, ajouts)), caplog)


@reglages
@given(retires=RETIRES, ajouts=AJOUTS)
def test_token(
    flux: Flux, caplog: pytest.LogCaptureFixture, retires: set[str], ajouts: Any
) -> None:
    base = du_fs(flux, grant_type="authorization_code", code=CANARI, redirect_uri=flux.fs.site)
    est_sain(poster("/oidc/token", encoder(base, retires, ajouts)), caplog)


@reglages
@given(adresse=st.sampled_from(["revoke", "introspect"]), retires=RETIRES, ajouts=AJOUTS)
def test_tokens_own_endpoints(
    flux: Flux, caplog: pytest.LogCaptureFixture, adresse: str, retires: set[str], ajouts: Any
) -> None:
    corps = encoder(du_fs(flux, token=CANARI), retires, ajouts)
    est_sain(poster(f"/oidc/{adresse}", corps), caplog)


@reglages
@given(adresse=st.sampled_from(["token", "par", "userinfo"]), en_tete=EN_TETES)
def test_authorization_header(
    flux: Flux, caplog: pytest.LogCaptureFixture, adresse: str, en_tete: str
) -> None:
    corps = f"grant_type=authorization_code&code={CANARI}"
    est_sain(poster(f"/oidc/{adresse}", corps, Authorization=en_tete), caplog)


@reglages
@given(jwt=VALEURS)
def test_assertion(flux: Flux, caplog: pytest.LogCaptureFixture, jwt: bytes) -> None:
    ajouts = [(b"client_assertion_type", TYPE_ASSERTION), (b"client_assertion", jwt)]
    est_sain(poster("/oidc/introspect", encoder({"token": CANARI}, set(), ajouts)), caplog)


@reglages
@given(ajouts=AJOUTS)
def test_logout(flux: Flux, caplog: pytest.LogCaptureFixture, ajouts: Any) -> None:
    requete = encoder({"id_token_hint": CANARI, "state": CANARI}, set(), ajouts)
    est_sain(flux.client.generic("GET", "/oidc/logout", QUERY_STRING=requete), caplog)
    est_sain(poster("/oidc/logout", requete), caplog)


# --- JWTs that look right -------------------------------------------------------------------------


@reglages
@given(jwt=JWTS, adresse=st.sampled_from(["introspect", "revoke", "par", "token"]))
@example(jwt=("none", {}, {"sub": "\ud800"}, "vide"), adresse="introspect")
def test_forged_assertion_opens_nothing(
    flux: Flux, caplog: pytest.LogCaptureFixture, jwt: Any, adresse: str
) -> None:
    """The client is one that is known by its key: the JWT names it, and is signed by another."""
    flux.fs.authentification, flux.fs.jwks = "private_key_jwt", paire_publique()
    flux.fs.save()
    assertion = forger(jwt, flux.fs.client_id, flux.secret)
    ajouts = [(b"client_assertion_type", TYPE_ASSERTION), (b"client_assertion", assertion)]
    base = {"token": CANARI, "code": CANARI, "grant_type": "authorization_code"}
    reponse = poster(f"/oidc/{adresse}", encoder(base, set(), ajouts))
    est_sain(reponse, caplog)
    assert reponse.status_code in (400, 401)


@reglages
@given(jwt=JWTS, retour=st.sampled_from(["https://fs.example.org/sortie", "https://evil.example"]))
def test_forged_hint_sends_nobody_away(
    flux: Flux, caplog: pytest.LogCaptureFixture, jwt: Any, retour: str
) -> None:
    flux.fs.post_logout_redirect_uris = ["https://fs.example.org/sortie"]
    flux.fs.save()
    indice = forger(jwt, flux.fs.client_id, flux.secret)
    ajouts = [(b"id_token_hint", indice), (b"post_logout_redirect_uri", retour.encode())]
    requete = encoder({"state": CANARI}, set(), ajouts)
    reponse = flux.client.generic("GET", "/oidc/logout", QUERY_STRING=requete)
    est_sain(reponse, caplog)
    assert "evil" not in reponse.get("Location", "")


# --- Bodies, headers and addresses ----------------------------------------------------------------

TYPES = st.sampled_from([
    FORMULAIRE, f"{FORMULAIRE}; charset=utf-7", f"{FORMULAIRE}; charset=nul", "application/json",
    "multipart/form-data; boundary=x", "multipart/form-data", "text/plain", "", "a" * 5000,
])  # fmt: skip
CORPS = VALEURS | st.tuples(CHAMPS, VALEURS).map(b"=".join)


@reglages
@given(
    adresse=st.sampled_from(["token", "par", "revoke", "introspect", "userinfo", "logout"]),
    corps=CORPS,
    forme=TYPES,
)
@example(adresse="token", corps=b"a=1", forme=f"{FORMULAIRE}; charset=utf-7")
@example(adresse="par", corps=b"a&" * 4000, forme=FORMULAIRE)
def test_raw_bodies(
    flux: Flux, caplog: pytest.LogCaptureFixture, adresse: str, corps: bytes, forme: str
) -> None:
    est_sain(Client().generic("POST", f"/oidc/{adresse}", corps, content_type=forme), caplog)


LATIN = st.text(
    st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=80
)
CHEMINS = st.sampled_from([
    "/.well-known/openid-configuration", "/oidc/jwks", "/oidc/userinfo", "/oidc/demandes/",
    "/oidc/demandes/00000000-0000-0000-0000-000000000000/", "/oidc/demandes/x/annuler/",
])  # fmt: skip


@reglages
@given(
    chemin=CHEMINS,
    methode=st.sampled_from(["GET", "POST", "HEAD", "OPTIONS", "PUT", "TRACE"]),
    en_tetes=st.fixed_dictionaries(
        {
            "Authorization": EN_TETES | st.just("Bearer " + "a" * 65_536) | LATIN,
            "Accept": LATIN,
            "Origin": LATIN,
            "If-None-Match": LATIN,
        }
    ),  # fmt: skip
    requete=AJOUTS.map(lambda ajouts: encoder({"state": CANARI}, set(), ajouts)),
)
def test_other_addresses(
    flux: Flux,
    caplog: pytest.LogCaptureFixture,
    chemin: str,
    methode: str,
    en_tetes: dict[str, str],
    requete: str,
) -> None:
    reponse = flux.client.generic(methode, chemin, QUERY_STRING=requete, headers=en_tetes)
    est_sain(reponse, caplog)
