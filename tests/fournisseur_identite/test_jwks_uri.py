"""A FS that publishes its keys: read on a real server, within bounds, and found when they turn."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from joserfc.jwk import ECKey, KeySet
from pytest_django import Settings

from fournisseur_identite import jwks_distants
from fournisseur_identite.forms import FournisseurServiceForm
from fournisseur_identite.verification import examiner
from mandats.models import Autorisation
from tests.fournisseur_identite.flux import Flux
from tests.fournisseur_identite.test_admin import SAISIE
from tests.fournisseur_identite.test_private_key_jwt import TYPE, assertion, presenter, refusee
from tests.serveurs import port_libre

pytestmark = pytest.mark.django_db


class Publication(ThreadingHTTPServer):
    """The FS's own server; `repondre` writes what it answers, its keys unless a test changes it."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Reponse)
        self.adresse = f"http://localhost:{self.server_address[1]}/jwks"
        self.lectures: list[str] = []
        self.repondre: Callable[[BaseHTTPRequestHandler], None] = self.montrer
        self.tourner("fs-1")

    def tourner(self, kid: str) -> None:
        self.cle = ECKey.generate_key("P-256", {"kid": kid, "use": "sig"})

    def montrer(self, requete: BaseHTTPRequestHandler, statut: int = 200, corps: str = "") -> None:
        publie = corps or json.dumps(KeySet([self.cle]).as_dict(private=False))
        requete.send_response(statut)
        requete.send_header("Location", self.adresse)
        requete.send_header("Content-Length", str(len(publie)))
        requete.end_headers()
        requete.wfile.write(publie.encode())


class _Reponse(BaseHTTPRequestHandler):
    server: Publication

    def do_GET(self) -> None:
        self.server.lectures.append(self.headers["Host"])
        self.server.repondre(self)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def publication() -> Iterator[Publication]:
    with Publication() as serveur:
        fil = threading.Thread(target=serveur.serve_forever, kwargs={"poll_interval": 0.02})
        fil.start()
        yield serveur
        serveur.shutdown()
        fil.join()


@pytest.fixture
def publie(flux: Flux, publication: Publication) -> Flux:
    """A FS known by the address of its keys."""
    flux.fs.authentification = "private_key_jwt"
    flux.fs.jwks_uri = publication.adresse
    flux.fs.save()
    return flux


def prouver(flux: Flux, publication: Publication, **autres: Any) -> Any:
    return presenter(flux, assertion(flux, cle=publication.cle, **autres))


def une_minute_plus_tard(flux: Flux) -> None:
    cache.delete(f"jwks:attente:{flux.fs.pk}:{flux.fs.jwks_uri}")


def test_whole_exchange(publie: Flux, publication: Publication, autorisation: Autorisation) -> None:
    jeton = assertion(publie, cle=publication.cle)
    preuve = {"client_assertion_type": TYPE, "client_assertion": jeton}
    jetons = publie.echanger(publie.code(autorisation), client_secret=None, **preuve)
    assert publie.identite(jetons.json()["access_token"]).status_code == 200


def test_read_once_for_many_calls(publie: Flux, publication: Publication) -> None:
    for _ in range(3):
        assert prouver(publie, publication).status_code == 200
    assert publication.lectures == [publication.adresse.split("/")[2]]


def test_new_key_is_found_when_it_is_met(publie: Flux, publication: Publication) -> None:
    prouver(publie, publication)
    publication.tourner("fs-2")
    une_minute_plus_tard(publie)
    assert prouver(publie, publication).status_code == 200
    assert len(publication.lectures) == 2


def test_unknown_keys_cannot_make_us_read_at_will(publie: Flux, publication: Publication) -> None:
    prouver(publie, publication)
    une_minute_plus_tard(publie)
    for numero in range(5):
        etrangere = ECKey.generate_key("P-256", {"kid": f"inconnue-{numero}"})
        assert refusee(presenter(publie, assertion(publie, cle=etrangere)))
    assert len(publication.lectures) == 2
    assert prouver(publie, publication).status_code == 200


def test_key_that_was_taken_away_dies_with_the_next_reading(
    publie: Flux, publication: Publication
) -> None:
    prouver(publie, publication)
    ancienne = publication.cle
    publication.tourner("fs-2")
    une_minute_plus_tard(publie)
    prouver(publie, publication)
    assert refusee(presenter(publie, assertion(publie, cle=ancienne)))


def test_site_that_is_down_keeps_its_keys_a_day(publie: Flux, publication: Publication) -> None:
    prouver(publie, publication)
    cache.delete(f"jwks:fraiches:{publie.fs.pk}:{publie.fs.jwks_uri}")
    une_minute_plus_tard(publie)
    publication.repondre = lambda requete: publication.montrer(requete, statut=503)
    assert prouver(publie, publication).status_code == 200
    assert len(publication.lectures) == 2


def _lente(requete: BaseHTTPRequestHandler) -> None:
    requete.send_response(200)
    requete.send_header("Content-Length", "60000")
    requete.end_headers()
    for _ in range(40):
        requete.wfile.write(b" " * 64)
        requete.wfile.flush()
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("reponse", "raison"),
    [
        ({"statut": 302}, "302"),
        ({"statut": 404}, "404"),
        ({"corps": " " * 70_000}, "trop longue"),
        ({"corps": "<html>"}, "JWKS"),
        ({"corps": "[" * 20_000}, "JWKS"),
        ({"corps": "{}"}, "vide"),
        ({"corps": '{"keys": [{"kty": "oct", "k": "AAAAAAAAAAAAAAAAAAAAAAAAAAAA"}]}'}, "privée"),
    ],
    ids=str,
)
def test_what_is_not_taken(
    publie: Flux, publication: Publication, reponse: dict[str, Any], raison: str
) -> None:
    publication.repondre = lambda requete: publication.montrer(requete, **reponse)
    with pytest.raises(jwks_distants.LectureImpossible, match=raison):
        jwks_distants.lire(publication.adresse)
    assert refusee(prouver(publie, publication))


def test_slow_answer_is_given_up(publication: Publication, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jwks_distants, "DELAI", 0.5)
    publication.repondre = _lente
    with pytest.raises(jwks_distants.LectureImpossible):
        jwks_distants.lire(publication.adresse)


def test_nobody_there() -> None:
    with pytest.raises(jwks_distants.LectureImpossible, match="ne répond pas"):
        jwks_distants.lire(f"http://127.0.0.1:{port_libre()}/jwks")


@pytest.mark.parametrize(
    "adresse",
    ["https://127.0.0.1/", "https://localhost/", "https://10.1.2.3/", "https://192.168.0.1/",
     "https://169.254.169.254/", "https://[::1]/", "https://[fd00::1]/", "https://0.0.0.0/",
     "https://[::ffff:10.0.0.1]/", "https://100.64.0.1/"],
)  # fmt: skip
def test_private_addresses_are_never_called(adresse: str, settings: Settings) -> None:
    settings.EN_PRODUCTION = True
    with pytest.raises(jwks_distants.LectureImpossible, match="privée"):
        jwks_distants.lire(adresse)


def test_https_only_in_production(settings: Settings) -> None:
    settings.EN_PRODUCTION = True
    with pytest.raises(jwks_distants.LectureImpossible, match="https"):
        jwks_distants.lire("http://192.0.2.1/")


def test_self_test_reads_the_keys(publie: Flux, publication: Publication) -> None:
    assert not any(constat.probleme for constat in examiner(publie.fs))
    publication.repondre = lambda requete: publication.montrer(requete, statut=404)
    (faute,) = [constat.probleme for constat in examiner(publie.fs) if constat.probleme]
    assert faute == f"{publication.adresse} : Le site répond 404."


@pytest.mark.parametrize(
    ("champs", "mot"),
    [
        ({"jwks_uri": "http://fs.example.org/jwks"}, "https"),
        ({"jwks_uri": "https://fs.example.org/jwks", "jwks": '{"keys": [%s]}'}, "pas les deux"),
        ({}, "leur adresse"),
    ],
)
def test_form_says_what_is_wrong(champs: dict[str, str], mot: str) -> None:
    cle = json.dumps(ECKey.generate_key("P-256", {"kid": "1"}).as_dict(private=False))
    champs = {nom: valeur.replace("%s", cle) for nom, valeur in champs.items()}
    form = FournisseurServiceForm(SAISIE | {"authentification": "private_key_jwt"} | champs)
    assert mot in str(form.errors)


def test_two_places_are_refused_by_the_database_too(flux: Flux) -> None:
    flux.fs.jwks_uri, flux.fs.jwks = "https://fs.example.org/jwks", {"keys": []}
    with pytest.raises(ValidationError, match="pas les deux"):
        flux.fs.full_clean()
