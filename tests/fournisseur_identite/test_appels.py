"""Calling an address that a FS gave: never inside, never for long, never a redirect."""

import ipaddress
import json
import time
from base64 import urlsafe_b64encode
from contextlib import suppress
from http.server import BaseHTTPRequestHandler

import pytest
from joserfc.jwk import ECKey
from pytest_django import Settings

from fournisseur_identite import appels, jwks_distants
from fournisseur_identite.appels import AppelImpossible, est_publique
from tests.fournisseur_identite.flux import Flux
from tests.fournisseur_identite.test_jwks_uri import Publication, publication, publie
from tests.fournisseur_identite.test_private_key_jwt import TYPE

__all__ = ["publication", "publie"]
DELAI = 0.5


@pytest.mark.parametrize(
    "adresse",
    ["64:ff9b::a9fe:a9fe", "64:ff9b::7f00:1", "2002:7f00:1::1", "2002:a9fe:a9fe::1", "::7f00:1",
     "::ffff:0:7f00:1", "::ffff:10.0.0.1", "fec0::1", "ff0e::1", "224.0.0.1", "240.0.0.1",
     "255.255.255.255", "0.0.0.1", "::", "169.254.169.254", "100.64.0.1", "2001:0:7f00:1::1"],
)  # fmt: skip
def test_address_that_leads_inside_is_not_public(adresse: str) -> None:
    assert not est_publique(ipaddress.ip_address(adresse))


@pytest.mark.parametrize("adresse", ["93.184.215.14", "2606:2800:21f::1", "64:ff9b::5db8:d70e"])
def test_address_of_a_machine_on_the_internet_is_public(adresse: str) -> None:
    assert est_publique(ipaddress.ip_address(adresse))


def test_end_of_session_is_not_posted_inside(publication: Publication, settings: Settings) -> None:
    settings.EN_PRODUCTION = True
    adresse = publication.adresse.replace("http:", "https:")
    with pytest.raises(AppelImpossible, match="privée"):
        appels.poster(adresse, {"logout_token": "x"}, delai=DELAI)


@pytest.mark.parametrize("ou", ["en-têtes", "corps"])
def test_drop_by_drop_does_not_hold_us(publication: Publication, ou: str) -> None:
    fini: list[bool] = []

    def goutter(requete: BaseHTTPRequestHandler) -> None:
        if ou == "corps":
            requete.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n")
        else:
            requete.wfile.write(b"HTTP/1.1 200 OK\r\nX-Longue: ")
        with suppress(ConnectionError):
            for _ in range(100):
                requete.wfile.write(b"a")
                requete.wfile.flush()
                time.sleep(0.1)
            fini.append(True)

    publication.repondre = goutter
    with pytest.raises(AppelImpossible):
        appels.lire(publication.adresse, delai=DELAI, taille_max=65_536)
    assert not fini


@pytest.mark.django_db
@pytest.mark.parametrize("kid", [["a"], {"a": 1}, 7])
def test_key_name_that_is_no_text_is_refused(publie: Flux, kid: object) -> None:
    tete = {"alg": "ES256", "kid": kid}
    corps = {"sub": publie.fs.client_id, "iss": publie.fs.client_id}
    jeton = ".".join([_b64(json.dumps(tete)), _b64(json.dumps(corps)), _b64("signature")])
    donnees = {"grant_type": "authorization_code", "code": "x", "client_assertion_type": TYPE}
    reponse = publie.client.post("/oidc/token", donnees | {"client_assertion": jeton})
    assert reponse.status_code in (400, 401)


def _b64(texte: str) -> str:
    return urlsafe_b64encode(texte.encode()).decode().rstrip("=")


@pytest.mark.parametrize("kids", [[["a"], "b"], [{"a": 1}, "b"], [7, "b"]])
def test_published_key_whose_name_is_no_text_is_refused(
    publication: Publication, kids: list[object]
) -> None:
    cles = [ECKey.generate_key("P-256").as_dict(private=False) | {"kid": kid} for kid in kids]
    publication.repondre = lambda requete: publication.montrer(
        requete, corps=json.dumps({"keys": cles})
    )
    with pytest.raises(jwks_distants.LectureImpossible):
        jwks_distants.lire(publication.adresse)
