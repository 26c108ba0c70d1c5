"""`private_key_jwt` (RFC 7523): the FS's own key, our name as audience, a short life, once."""

import base64
import hmac
import json
import time
import uuid
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from fournisseur_identite.models import AssertionServie
from mandats.models import Autorisation
from tests.fournisseur_identite.flux import Flux

pytestmark = pytest.mark.django_db
TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
EMETTEUR = "http://testserver"
CLE = ECKey.generate_key("P-256", {"kid": "fs-1", "use": "sig"})
CLE_RSA = RSAKey.generate_key(2048, {"kid": "fs-2", "use": "sig"})
DANS_LONGTEMPS = 4_000_000_000  # a test has the same name in every process that collects it
ETRANGERE = ECKey.generate_key("P-256", {"kid": "fs-1"})


@pytest.fixture
def flux_cle(flux: Flux) -> Flux:
    flux.fs.authentification = "private_key_jwt"
    flux.fs.jwks = dict(KeySet([CLE, CLE_RSA]).as_dict(private=False))
    flux.fs.save()
    return flux


def assertion(flux: Flux, *, cle: Any = CLE, alg: str = "ES256", **autres: Any) -> str:
    maintenant = int(time.time())
    claims = {
        "iss": flux.fs.client_id,
        "sub": flux.fs.client_id,
        "aud": EMETTEUR,
        "jti": str(uuid.uuid4()),
        "iat": maintenant,
        "exp": maintenant + 60,
    }
    claims = {nom: v for nom, v in (claims | autres).items() if v is not None}
    return jwt.encode({"alg": alg, "kid": cle.kid}, claims, cle, algorithms=[alg])


def presenter(flux: Flux, jeton: str, **autres: Any) -> Any:
    """Ask about a token that does not exist: only the client's proof decides."""
    preuve = {"client_assertion_type": TYPE, "client_assertion": jeton}
    return flux.poster("/oidc/introspect", {"token": "inconnu"} | preuve | autres)


def refusee(reponse: Any) -> bool:
    return (reponse.status_code, reponse.json()["error"]) == (401, "invalid_client")


def test_whole_exchange(flux_cle: Flux, autorisation: Autorisation) -> None:
    preuve = {"client_assertion_type": TYPE, "client_assertion": assertion(flux_cle)}
    code = flux_cle.code(autorisation)
    jetons = flux_cle.echanger(code, client_secret=None, client_id=None, **preuve)
    assert flux_cle.identite(jetons.json()["access_token"]).status_code == 200


@pytest.mark.parametrize(
    ("alg", "cle"),
    [("ES256", CLE), ("PS256", CLE_RSA), ("RS256", CLE_RSA)],
    ids=["ES256", "PS256", "RS256"],
)
def test_algorithms(flux_cle: Flux, alg: str, cle: Any) -> None:
    assert presenter(flux_cle, assertion(flux_cle, alg=alg, cle=cle)).status_code == 200


@pytest.mark.parametrize(
    "aud", [EMETTEUR, f"{EMETTEUR}/oidc/token", [EMETTEUR], [EMETTEUR, f"{EMETTEUR}/oidc/token"]]
)
def test_audiences_that_are_ours(flux_cle: Flux, aud: Any) -> None:
    assert presenter(flux_cle, assertion(flux_cle, aud=aud)).status_code == 200


@pytest.mark.parametrize(
    "autres",
    [
        {"aud": None}, {"aud": "https://autre.example.org"}, {"aud": []}, {"aud": ""},
        {"aud": [EMETTEUR, "https://autre.example.org"]}, {"aud": f"{EMETTEUR}/"},
        {"aud": f"{EMETTEUR}/oidc/par"}, {"aud": {"a": EMETTEUR}},
        {"iss": None}, {"iss": "autre"}, {"sub": None}, {"sub": "inconnu"}, {"sub": ["a"]},
        {"sub": "a\x00"},
        {"exp": None}, {"exp": 1}, {"exp": "demain"}, {"exp": True}, {"exp": 1e300},
        {"exp": DANS_LONGTEMPS}, {"exp": -1}, {"exp": float("inf")},
        {"iat": DANS_LONGTEMPS}, {"nbf": DANS_LONGTEMPS}, {"nbf": "x"},
        {"jti": None}, {"jti": ""}, {"jti": 5}, {"jti": "j" * 257},
    ],
    ids=str,
)  # fmt: skip
def test_refused(flux_cle: Flux, autres: dict[str, Any]) -> None:
    assert refusee(presenter(flux_cle, assertion(flux_cle, **autres)))
    assert not AssertionServie.objects.exists()


def test_clock_of_the_client_may_be_a_little_ahead(flux_cle: Flux) -> None:
    avance = int(time.time()) + 8
    assert presenter(flux_cle, assertion(flux_cle, iat=avance, nbf=avance)).status_code == 200


def test_serves_once(flux_cle: Flux) -> None:
    jeton = assertion(flux_cle)
    assert presenter(flux_cle, jeton).status_code == 200
    assert refusee(presenter(flux_cle, jeton))


def test_jti_of_one_client_is_not_anothers(flux_cle: Flux, flux_franceconnect: Flux) -> None:
    autre = flux_franceconnect.fs
    autre.authentification, autre.jwks = "private_key_jwt", flux_cle.fs.jwks
    autre.save()
    for flux in (flux_cle, flux_franceconnect):
        assert presenter(flux, assertion(flux, jti="le-meme")).status_code == 200


def _base64(objet: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(objet).encode()).rstrip(b"=").decode()


def _sans_signature(flux: Flux) -> str:
    charge = assertion(flux).split(".")[1]
    return f"{_base64({'alg': 'none'})}.{charge}."


def _cle_dans_l_en_tete(flux: Flux) -> str:
    """A key of the attacker's, carried by the token itself (CVE-2026-27962)."""
    en_tete = {"alg": "ES256", "jwk": ETRANGERE.as_dict(private=False)}
    maintenant = int(time.time())
    claims = {"iss": flux.fs.client_id, "sub": flux.fs.client_id, "aud": EMETTEUR, "jti": "a"}
    return jwt.encode(en_tete, claims | {"exp": maintenant + 60}, ETRANGERE)


def _publique_en_hmac(flux: Flux) -> str:
    """The old confusion of algorithms: the public key as the secret of an HMAC."""
    message = f"{_base64({'alg': 'HS256', 'kid': 'fs-1'})}.{assertion(flux).split('.')[1]}"
    condense = hmac.digest(CLE.as_pem(private=False), message.encode(), "sha256")
    return f"{message}.{base64.urlsafe_b64encode(condense).rstrip(b'=').decode()}"


def _etrangere(flux: Flux) -> str:
    return assertion(flux, cle=ETRANGERE)


@pytest.mark.parametrize(
    "forger", [_sans_signature, _cle_dans_l_en_tete, _publique_en_hmac, _etrangere]
)
def test_forged(flux_cle: Flux, forger: Any) -> None:
    assert refusee(presenter(flux_cle, forger(flux_cle)))


@pytest.mark.parametrize(
    "jeton", ["", "a", "a.b.c", "..", "é.é.é", "e30.e30.", "e30.W10.e30", "." * 500, "a" * 9000]
)
def test_unreadable(flux_cle: Flux, jeton: str) -> None:
    assert refusee(presenter(flux_cle, jeton))


def test_other_type_of_assertion(flux_cle: Flux) -> None:
    assert refusee(presenter(flux_cle, assertion(flux_cle), client_assertion_type="autre"))


def test_client_named_twice(flux_cle: Flux) -> None:
    jeton = assertion(flux_cle)
    assert refusee(presenter(flux_cle, jeton, client_id="autre"))
    assert presenter(flux_cle, jeton, client_id=flux_cle.fs.client_id).status_code == 200


def test_two_proofs(flux_cle: Flux) -> None:
    reponse = presenter(flux_cle, assertion(flux_cle), client_secret="x")
    assert (reponse.status_code, reponse.json()["error"]) == (400, "invalid_request")


def test_each_client_has_its_own_way(flux_cle: Flux) -> None:
    """A secret opens nothing for a client of keys, nor a key for a client of secrets."""
    corps = {"token": "x", "client_id": flux_cle.fs.client_id, "client_secret": flux_cle.secret}
    assert refusee(flux_cle.poster("/oidc/introspect", corps))
    flux_cle.fs.authentification = "client_secret"
    flux_cle.fs.save()
    assert refusee(presenter(flux_cle, assertion(flux_cle)))


def test_suspended(flux_cle: Flux) -> None:
    flux_cle.fs.actif = False
    flux_cle.fs.save()
    assert refusee(presenter(flux_cle, assertion(flux_cle)))


@pytest.mark.parametrize(
    ("autres", "statut"),
    [
        ({"aud": EMETTEUR}, 200),
        ({"aud": f"{EMETTEUR}/oidc/token"}, 401),
        ({"aud": [EMETTEUR]}, 401),
        ({"alg": "PS256", "cle": CLE_RSA}, 200),
        ({"alg": "RS256", "cle": CLE_RSA}, 401),
    ],
    ids=["issuer", "endpoint", "list", "PS256", "RS256"],
)
def test_strict_where_pushed_requests_are_required(
    flux_cle: Flux, autres: dict[str, Any], statut: int
) -> None:
    """FAPI 2.0: our issuer, as a string; no PKCS#1 v1.5 signature."""
    flux_cle.fs.par_exige = True
    flux_cle.fs.save()
    assert presenter(flux_cle, assertion(flux_cle, **autres)).status_code == statut
