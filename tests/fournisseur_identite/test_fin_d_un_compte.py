"""A use under way ends with the account, the role or the structure of who does it."""

from collections.abc import Callable

import pytest

from aidants.models import MotifDesactivation
from journal.models import PLATEFORME, Entree
from mandats.models import Autorisation
from tests.fournisseur_identite.flux import Flux

pytestmark = pytest.mark.django_db


def _desactiver(a: Autorisation) -> None:
    a.mandat.aidant.desactiver(par=PLATEFORME, motif=MotifDesactivation.SOUPCON)


def _retirer(a: Autorisation) -> None:
    a.mandat.aidant.appartenances.get().finir(par=PLATEFORME)


def _changer_role(a: Autorisation) -> None:
    a.mandat.aidant.appartenances.get().changer_roles(
        par=PLATEFORME, est_aidant=False, est_responsable=True
    )


chaque_verbe = pytest.mark.parametrize("finir", [_desactiver, _retirer, _changer_role])


@chaque_verbe
def test_live_code_dies(
    flux: Flux, autorisation: Autorisation, finir: Callable[[Autorisation], None]
) -> None:
    code = flux.code(autorisation)
    finir(autorisation)
    assert flux.echanger(code).json()["error"] == "invalid_grant"
    assert not Entree.objects.filter(action="jeton_remis").exists()


@chaque_verbe
def test_live_token_dies(
    flux: Flux, autorisation: Autorisation, finir: Callable[[Autorisation], None]
) -> None:
    jeton = flux.echanger(flux.code(autorisation)).json()["access_token"]
    finir(autorisation)
    assert flux.identite(jeton).status_code == 401
    assert not Entree.objects.filter(action="utilisation").exists()
