"""Limits: an address that floods, a client beyond its rate; nobody spends another's reserve."""

import time
from typing import Any

import pytest
from django.test import Client

from fournisseur_identite import debits
from fournisseur_identite.debits import Debit
from fournisseur_identite.models import DemandeAutorisation
from tests.fournisseur_identite.flux import Flux

pytestmark = pytest.mark.django_db


def reduire(monkeypatch: pytest.MonkeyPatch, nom: str, reserve: int = 2) -> None:
    monkeypatch.setattr(debits, nom, Debit(reserve=reserve, par_seconde=0))


def prouver(flux: Flux, **autres: Any) -> Any:
    corps = {"token": "x", "client_id": flux.fs.client_id, "client_secret": flux.secret}
    return flux.poster("/oidc/introspect", corps | autres)


def test_reserve_fills_again() -> None:
    debit = Debit(reserve=2, par_seconde=200)
    assert [debit.prendre("a") for _ in range(2)] == [True, True]
    assert debit.est_vide("a")
    assert not debit.est_vide("b")
    time.sleep(0.02)
    assert debit.prendre("a")


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debits, "CLES_MAX", 10)
    debit = Debit(reserve=1, par_seconde=0)
    for cle in range(50):
        debit.prendre(str(cle))
    assert len(debit._seaux) == 10


@pytest.mark.parametrize("nom", ["DEMANDES_ADRESSE", "DEMANDES_FS"])
def test_authorize(flux: Flux, monkeypatch: pytest.MonkeyPatch, nom: str) -> None:
    reduire(monkeypatch, nom)
    assert [flux.demander().status_code for _ in range(3)] == [303, 303, 429]
    refus = flux.demander()
    assert refus["Retry-After"]
    assert "Location" not in refus
    assert DemandeAutorisation.objects.count() == 2


def test_failures_hold_an_address_back(flux: Flux, monkeypatch: pytest.MonkeyPatch) -> None:
    reduire(monkeypatch, "ECHECS_ADRESSE")
    for _ in range(5):
        assert prouver(flux).status_code == 200
    assert [prouver(flux, client_secret="faux").status_code for _ in range(3)] == [401, 401, 429]
    reponse = prouver(flux)
    assert (reponse.status_code, reponse.json()["error"]) == (429, "temporarily_unavailable")
    assert reponse["Retry-After"]
    assert reponse["Cache-Control"] == "no-store"


@pytest.mark.parametrize("adresse", ["/oidc/token", "/oidc/introspect"])
def test_each_client_has_its_rate(
    flux: Flux, flux_franceconnect: Flux, monkeypatch: pytest.MonkeyPatch, adresse: str
) -> None:
    reduire(monkeypatch, "APPELS_FS")
    corps = {"grant_type": "authorization_code", "code": "x", "token": "x"}

    def appeler(flux: Flux, **autres: str) -> int:
        preuve = {"client_id": flux.fs.client_id, "client_secret": flux.secret}
        return flux.poster(adresse, corps | preuve | autres).status_code

    for _ in range(4):
        assert appeler(flux, client_secret="faux") == 401  # a stranger spends nothing of it
    statuts = [appeler(flux) for _ in range(3)]
    assert statuts[2] == 429
    assert 429 not in statuts[:2]
    assert appeler(flux_franceconnect) != 429


def test_static_documents_have_no_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    for nom in ("DEMANDES_ADRESSE", "ECHECS_ADRESSE"):
        reduire(monkeypatch, nom, reserve=0)
    assert Client().get("/oidc/jwks").status_code == 200
