"""How the database is reached: a host that vanishes is not waited for a quarter of an hour."""

import socket
from typing import Any

import environ
import pytest
from psycopg.conninfo import make_conninfo
from psycopg.pq import PGconn

from aidants_connect.base_de_donnees import RESEAU, configurer

pytestmark = pytest.mark.skipif(
    not hasattr(socket, "TCP_USER_TIMEOUT"), reason="Linux alone has this setting."
)


def options(monkeypatch: pytest.MonkeyPatch, suite: str = "") -> dict[str, Any]:
    monkeypatch.setenv("DATABASE_URL", f"postgres://gens@base.example.org/nom{suite}")
    bases, _ = configurer(environ.Env(), en_production=True)
    return dict(bases["default"]["OPTIONS"])


def test_libpq_takes_the_settings_of_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    reseau = {nom: options(monkeypatch)[nom] for nom in RESEAU}
    with socket.create_server(("127.0.0.1", 0)) as muet:
        adresse = {"host": "127.0.0.1", "port": muet.getsockname()[1]}
        lien = PGconn.connect_start(make_conninfo(**adresse, **reseau).encode())
        lien.connect_poll()
        muet.accept()[0].close()
        with socket.socket(fileno=lien.socket) as prise:
            assert prise.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
            assert prise.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 10
            assert prise.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL) == 5
            assert prise.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT) == 3
            assert prise.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 25_000
            prise.detach()
        lien.finish()


def test_address_of_the_database_may_say_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    trouvees = options(monkeypatch, "?connect_timeout=2&tcp_user_timeout=4000")
    assert int(trouvees["connect_timeout"]) == 2
    assert int(trouvees["tcp_user_timeout"]) == 4000
    assert trouvees["keepalives_idle"] == 10
