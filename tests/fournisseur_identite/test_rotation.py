"""Keys that change while exchanges go on: none fails, and a revoked key signs nothing more."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from joserfc import jwt
from joserfc.jwk import KeySet, KeySetSerialization

from fournisseur_identite import cles
from fournisseur_identite.models import CleSignature
from journal.models import PLATEFORME
from mandats.models import Autorisation
from tests.fournisseur_identite.flux import Flux
from tests.serveurs import PATIENCE

pytestmark = pytest.mark.django_db(transaction=True)
FILS, FOIS = 4, 6


@pytest.fixture(autouse=True)
def _copie(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each process starts with none."""
    monkeypatch.setattr(cles, "_copie", None)
    yield
    monkeypatch.undo()


def kid_de(id_token: str, jwks: KeySetSerialization) -> str:
    """Verify as a client that read our keys before; return the key's name."""
    ouvert = jwt.decode(id_token, KeySet.import_key_set(jwks), ["ES256"])
    return str(ouvert.header["kid"])


def _echanger(flux: Flux, codes: list[str], jwks: KeySetSerialization) -> list[str]:
    try:
        kids = []
        for code in codes:
            jetons = flux.echanger(code).json()
            assert flux.identite(jetons["access_token"]).status_code == 200
            kids.append(kid_de(jetons["id_token"], jwks))
        return kids
    finally:
        connection.close()


def test_no_exchange_fails_during_a_rotation(flux: Flux, autorisation: Autorisation) -> None:
    """Each client keeps the JWKS that it read before the rotation."""
    jwks = Client().get("/oidc/jwks").json()
    onglets = [[Flux(flux.client, flux.fs, flux.secret) for _ in range(FOIS)] for _ in range(FILS)]
    for onglet in (o for fil in onglets for o in fil):
        onglet.verifier = flux.verifier
    codes = [[o.code(autorisation) for o in fil] for fil in onglets]
    avant = CleSignature.objects.filter(alg="ES256").actives().get().kid
    depart, tournee = threading.Barrier(FILS + 1), threading.Event()

    def lancer(lot: list[str]) -> list[str]:
        depart.wait()
        pendant = _echanger(flux, lot[:-1], jwks)
        tournee.wait(PATIENCE)  # the last one comes after, however slow the rotation was
        return pendant + _echanger(flux, lot[-1:], jwks)

    with ThreadPoolExecutor(FILS) as fils:
        taches = [fils.submit(lancer, lot) for lot in codes]
        depart.wait()
        assert CleSignature.objects.tourner("ES256", par=PLATEFORME) is None
        tournee.set()
        kids = {kid for tache in taches for kid in tache.result(timeout=PATIENCE)}
    apres = CleSignature.objects.filter(alg="ES256").actives().get().kid
    assert apres in kids
    assert kids <= {avant, apres}


def test_a_revoked_key_signs_nothing_more(flux: Flux, autorisation: Autorisation) -> None:
    """The process has the old key in memory; the row that the exchange reads tells it."""
    jwks = Client().get("/oidc/jwks").json()
    code = flux.code(autorisation)
    avant = str(cles.active().kid)
    CleSignature.objects.revoquer(avant, par=PLATEFORME)
    assert cles.active().kid == avant
    assert kid_de(flux.echanger(code).json()["id_token"], jwks) != avant


def test_two_processes_start_at_once(flux: Flux) -> None:
    CleSignature.objects.all().delete()
    depart = threading.Barrier(FILS)

    def demarrer() -> None:
        depart.wait()
        CleSignature.objects.amorcer(par=PLATEFORME)
        connection.close()

    with ThreadPoolExecutor(FILS) as fils:
        for tache in [fils.submit(demarrer) for _ in range(FILS)]:
            tache.result(timeout=PATIENCE)
    assert CleSignature.objects.count() == 4
