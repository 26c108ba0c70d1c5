"""PostgreSQL is away for long: pages say so at once, and its return is seen at once."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from time import monotonic
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import OperationalError, connection, connections
from django.test import Client
from psycopg_pool import PoolTimeout

from aidants.attentes import est_attente
from aidants_connect.postgresql import absence
from fournisseur_identite import cles
from tests.serveurs import port_libre

pytestmark = pytest.mark.django_db


@pytest.fixture
def base() -> Iterator[Any]:
    """The test database, through a pool such as a web process has."""
    base: Any = connection.copy()
    pool = {"min_size": 0, "max_size": 2, "timeout": 0.5, "reconnect_timeout": 0.1}
    base.settings_dict["OPTIONS"]["pool"] = pool | {"reconnect_failed": absence.constater}
    yield base
    base.close()
    base.close_pool()
    absence.lever()


@pytest.fixture
def absente(base: Any) -> Any:
    """The same, where nobody listens."""
    base.settings_dict |= {"HOST": "127.0.0.1", "PORT": str(port_libre())}
    return base


@pytest.fixture
def muette(base: Any) -> Iterator[Any]:
    """The same, where somebody listens who never answers."""
    with socket.create_server(("127.0.0.1", 0)) as prise:
        base.settings_dict |= {"HOST": "127.0.0.1", "PORT": str(prise.getsockname()[1])}
        yield base


def _demandes(base: Any) -> int:
    return int(base.pool.get_stats().get("requests_num", 0))


def _echecs(base: Any) -> int:
    return int(base.pool.get_stats().get("connections_errors", 0))


def _refus(base: Any) -> OperationalError:
    with pytest.raises(OperationalError) as refus:
        base.ensure_connection()
    assert isinstance(refus.value.__cause__, PoolTimeout)
    assert est_attente(refus.value)  # the page that says « réessayez », not a failure
    return refus.value


def test_server_that_nobody_reaches_is_noticed_and_not_waited_for(absente: Any) -> None:
    while not absence.est_constatee():
        _refus(absente)
    avant = _demandes(absente)
    _refus(absente)
    assert _demandes(absente) == avant  # the pool, where one waits, was not asked


def test_host_that_says_nothing_is_noticed_too(muette: Any) -> None:
    with pytest.raises(OperationalError):
        muette.ensure_connection()
    assert muette.pool.kwargs["connect_timeout"] == 5  # the setting of the service
    muette.pool.kwargs["connect_timeout"] = 2  # the least that psycopg takes
    echeance = monotonic() + 60
    while not absence.est_constatee() and monotonic() < echeance:
        _refus(muette)
    assert absence.est_constatee()


def test_server_that_refuses_one_connection_more_is_not_away(base: Any) -> None:
    base.ensure_connection()
    autre: Any = base.copy()
    base.pool.kwargs["port"] = str(port_libre())
    while base.pool.get_stats()["pool_size"] > 1 or not _echecs(base):
        _refus(autre)
    assert not absence.est_constatee()
    base.close()
    autre.ensure_connection()  # the one that there is serves, each in its turn
    autre.close()


def test_connections_that_the_server_has_left_cost_no_request(base: Any) -> None:
    """As after a restart of PostgreSQL: all that were at rest are dead at once."""
    autre: Any = base.copy()
    pids = {_pid(base), _pid(autre)}
    base.close()
    autre.close()
    with psycopg.connect(**connection.get_connection_params()) as lien:
        for pid in pids:
            lien.execute("SELECT pg_terminate_backend(%s, 60000)", [pid])
    assert _pid(base) not in pids
    assert _pid(autre) not in pids
    autre.close()


def _pid(base: Any) -> int:
    with base.cursor() as curseur:
        curseur.execute("SELECT pg_backend_pid()")
        return int(curseur.fetchone()[0])


def test_one_tries_and_the_others_do_not(monkeypatch: pytest.MonkeyPatch, absente: Any) -> None:
    absence.constater()
    assert not absence.a_moi_d_essayer()
    monkeypatch.setattr(absence, "PAUSE", 0.0)
    absence.constater()
    _refus(absente)
    assert absence.est_constatee()


def test_return_is_seen_by_the_first_who_tries(monkeypatch: pytest.MonkeyPatch, base: Any) -> None:
    monkeypatch.setattr(absence, "PAUSE", 0.0)
    absence.constater()
    base.ensure_connection()
    assert not absence.est_constatee()


@pytest.fixture
def site_sans_base(
    publiees: Any, absente: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Client]:
    """The keys were read; since, nobody answers this thread."""
    _vieillir(monkeypatch, cles.AGE_MAX + 1)
    presente = connections["default"]
    connections["default"] = absente
    yield Client(raise_request_exception=False)
    connections["default"] = presente


@pytest.fixture
def publiees() -> Any:
    return cles.publiees()


def _vieillir(monkeypatch: pytest.MonkeyPatch, secondes: float) -> None:
    assert cles._copie
    monkeypatch.setattr(cles, "_copie", replace(cles._copie, lu_a=monotonic() - secondes))


def test_documents_that_are_public_are_served_without_a_base(
    publiees: Any, site_sans_base: Client
) -> None:
    assert site_sans_base.get("/.well-known/openid-configuration").status_code == 200
    reponse = site_sans_base.get("/oidc/jwks")
    assert reponse.json() == publiees
    assert reponse["Cache-Control"] == "public, max-age=30"
    etag = {"If-None-Match": reponse["ETag"]}
    assert site_sans_base.get("/oidc/jwks", headers=etag).status_code == 304


def test_nothing_is_signed_with_keys_that_were_not_read_again(site_sans_base: Client) -> None:
    with pytest.raises(OperationalError):
        cles.active()


def test_key_is_not_published_longer_than_it_may_have_been_revoked(
    site_sans_base: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knows what was revoked since the copy: beyond its time, it is not served."""
    _vieillir(monkeypatch, cles.SURSIS - 60)
    assert site_sans_base.get("/oidc/jwks").status_code == 200
    _vieillir(monkeypatch, cles.SURSIS + 1)
    assert site_sans_base.get("/oidc/jwks").status_code == 503
    monkeypatch.setattr(cles, "_copie", None)
    assert site_sans_base.get("/oidc/jwks").status_code == 503


def test_keys_are_read_again_when_the_base_is_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cles.publiees()
    _vieillir(monkeypatch, cles.SURSIS + 1)
    assert Client().get("/oidc/jwks")["Cache-Control"] == "public, max-age=300"


def test_every_pool_of_the_service_says_when_it_gives_up() -> None:
    assert settings.DATABASES["default"]["ENGINE"].startswith("aidants_connect.postgresql")
