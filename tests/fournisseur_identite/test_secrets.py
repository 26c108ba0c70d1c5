"""Two secrets may live at once, while a site changes from one to the other."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from journal.models import PLATEFORME, Entree
from mandats.models import Autorisation
from tests.fournisseur_identite.flux import Flux

pytestmark = pytest.mark.django_db


def vaut(flux: Flux, secret: str) -> bool:
    corps = {"token": "x", "client_id": flux.fs.client_id, "client_secret": secret}
    reponse: Any = flux.poster("/oidc/introspect", corps)
    return bool(reponse.status_code == 200)


def test_old_one_dies_at_once(flux: Flux) -> None:
    nouveau = flux.fs.renouveler_secret(par=PLATEFORME)
    assert (vaut(flux, nouveau), vaut(flux, flux.secret)) == (True, False)


def test_old_one_lives_a_week_when_asked(flux: Flux) -> None:
    nouveau = flux.fs.renouveler_secret(par=PLATEFORME, relais=True)
    assert (vaut(flux, nouveau), vaut(flux, flux.secret)) == (True, True)
    with time_machine.travel(timezone.now() + timedelta(days=7, seconds=1)):
        assert (vaut(flux, nouveau), vaut(flux, flux.secret)) == (True, False)


def test_never_more_than_two(flux: Flux) -> None:
    second = flux.fs.renouveler_secret(par=PLATEFORME, relais=True)
    troisieme = flux.fs.renouveler_secret(par=PLATEFORME, relais=True)
    vivants = [vaut(flux, secret) for secret in (flux.secret, second, troisieme)]
    assert vivants == [False, True, True]


def test_leaked_secret_ends_both(flux: Flux) -> None:
    """A renewal without relay is what a leak wants: nothing of before lives on."""
    second = flux.fs.renouveler_secret(par=PLATEFORME, relais=True)
    flux.fs.renouveler_secret(par=PLATEFORME)
    assert not vaut(flux, flux.secret)
    assert not vaut(flux, second)


def test_old_one_still_exchanges(flux: Flux, autorisation: Autorisation) -> None:
    code = flux.code(autorisation)
    flux.fs.renouveler_secret(par=PLATEFORME, relais=True)
    assert flux.echanger(code).status_code == 200


def test_each_renewal_is_journaled(flux: Flux) -> None:
    flux.fs.renouveler_secret(par=PLATEFORME, relais=True)
    assert Entree.objects.filter(action="fs_secret_renouvele").count() == 1


@pytest.mark.parametrize("secret", ["", "x", "é", "x" * 5000])
def test_no_secret_of_before_is_not_an_empty_one(flux: Flux, secret: str) -> None:
    assert not vaut(flux, secret)
