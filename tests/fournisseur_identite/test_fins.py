"""Back-channel logout: told from server to server, once it is true, until the FS has it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.test import Client
from django.utils import timezone
from joserfc import jwt
from joserfc.jwk import KeySet

from fournisseur_identite import appels, fins, taches
from fournisseur_identite.appels import AppelImpossible
from fournisseur_identite.models import AvisDeFin, Connexion
from mandats.models import Autorisation
from tests.fournisseur_identite.flux import Flux

pytestmark = pytest.mark.django_db
LIEU = "https://fs.example.org/fin-de-session"


@pytest.fixture
def prevenu(flux: Flux) -> Flux:
    flux.fs.logout_uri = LIEU
    flux.fs.save()
    return flux


@pytest.fixture
def envois(monkeypatch: pytest.MonkeyPatch) -> mock.Mock:
    """What leaves for the FS, which answers 200."""
    poste = mock.Mock(return_value=200)
    monkeypatch.setattr(appels, "poster", poste)
    return poste


def lire(jeton: str, alg: str = "ES256") -> Any:
    cles = KeySet.import_key_set(Client().get("/oidc/jwks").json())
    return jwt.decode(jeton, cles, algorithms=[alg])


def jetons_de(flux: Flux, autorisation: Autorisation) -> dict[str, str]:
    return dict(flux.echanger(flux.code(autorisation)).json())


def sortir(flux: Flux, id_token: str) -> None:
    flux.client.get("/oidc/logout", {"id_token_hint": id_token})


def test_logout_is_told(
    prevenu: Flux,
    autorisation: Autorisation,
    envois: mock.Mock,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    id_token = jetons_de(prevenu, autorisation)["id_token"]
    with django_capture_on_commit_callbacks(execute=True):
        sortir(prevenu, id_token)
    envois.assert_called_once()
    lieu, donnees = envois.call_args.args
    assert lieu == LIEU
    lu = lire(donnees["logout_token"])
    attendus = lire(id_token).claims
    assert lu.header["typ"] == "logout+jwt"
    assert {n: lu.claims[n] for n in ("iss", "aud", "sub", "sid")} == {
        n: attendus[n] for n in ("iss", "aud", "sub", "sid")
    }
    assert lu.claims["events"] == {"http://schemas.openid.net/event/backchannel-logout": {}}
    assert lu.claims["exp"] - lu.claims["iat"] == 120
    assert lu.claims["jti"]
    assert "nonce" not in lu.claims
    assert AvisDeFin.objects.get().envoye_le


@pytest.mark.parametrize("alg", ["ES256", "RS256"])
def test_signed_as_the_id_token_is(prevenu: Flux, autorisation: Autorisation, alg: str) -> None:
    prevenu.fs.id_token_alg = alg
    prevenu.fs.save()
    jetons_de(prevenu, autorisation)
    assert lire(fins.logout_token(Connexion.objects.get()), alg).header["alg"] == alg


def test_nothing_for_a_service_that_did_not_ask(flux: Flux, autorisation: Autorisation) -> None:
    id_token = jetons_de(flux, autorisation)["id_token"]
    assert "sid" not in lire(id_token).claims
    sortir(flux, id_token)
    assert not AvisDeFin.objects.exists()


def test_code_presented_twice_is_told_once(prevenu: Flux, autorisation: Autorisation) -> None:
    code = prevenu.code(autorisation)
    for _ in range(3):
        prevenu.echanger(code)
    assert AvisDeFin.objects.count() == 1


def test_logout_twice_is_told_once(prevenu: Flux, autorisation: Autorisation) -> None:
    id_token = jetons_de(prevenu, autorisation)["id_token"]
    sortir(prevenu, id_token)
    sortir(prevenu, id_token)
    assert AvisDeFin.objects.count() == 1


@pytest.mark.parametrize(
    "panne",
    [
        {"side_effect": AppelImpossible("down")},
        {"return_value": 500},
        {"return_value": 302},
        {"return_value": 400},
    ],
    ids=str,
)
def test_sent_again_until_the_service_has_it(
    prevenu: Flux, autorisation: Autorisation, envois: mock.Mock, panne: dict[str, Any]
) -> None:
    sortir(prevenu, jetons_de(prevenu, autorisation)["id_token"])
    avis = AvisDeFin.objects.get()
    envois.configure_mock(**panne)
    assert fins.envoyer(avis.pk) is False
    assert envois.call_count == 1
    envois.configure_mock(side_effect=None, return_value=204)
    assert fins.envoyer(avis.pk) is True
    assert fins.envoyer(avis.pk) is False
    assert envois.call_count == 2


def test_sweep_takes_what_was_never_enqueued(prevenu: Flux, autorisation: Autorisation) -> None:
    sortir(prevenu, jetons_de(prevenu, autorisation)["id_token"])
    assert taches.envoyer_fins_en_attente() == 0
    AvisDeFin.objects.update(prochain_essai_le=timezone.now() - timedelta(seconds=1))
    assert taches.envoyer_fins_en_attente() == 1
    assert AvisDeFin.objects.get().essais == 1


def test_service_that_changed_its_mind(
    prevenu: Flux, autorisation: Autorisation, envois: mock.Mock
) -> None:
    sortir(prevenu, jetons_de(prevenu, autorisation)["id_token"])
    prevenu.fs.logout_uri = ""
    prevenu.fs.save()
    assert fins.envoyer(AvisDeFin.objects.get().pk) is True
    envois.assert_not_called()
