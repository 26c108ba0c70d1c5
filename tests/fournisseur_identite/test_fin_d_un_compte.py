"""A use under way ends with the account, the role or the structure of who does it, for good."""

from collections.abc import Callable

import pytest
from django.test import Client

from aidants.models import Appartenance, MotifDesactivation
from fournisseur_identite.models import Connexion
from journal.models import PLATEFORME, Entree
from mandats.models import Autorisation
from tests.clients_http import ouvrir_session
from tests.factories import AppartenanceFactory
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


def _fermer_la_structure(a: Autorisation) -> None:
    a.structure.fermer(par=PLATEFORME, precision="Un essai.")


def _desactiver_puis_reactiver(a: Autorisation) -> None:
    _desactiver(a)
    a.mandat.aidant.reactiver(par=PLATEFORME)


def _retirer_puis_rendre(a: Autorisation) -> None:
    aidant, structure = a.mandat.aidant, a.structure
    AppartenanceFactory(aidant=aidant)  # the account stays open
    aidant.appartenances.get(structure=structure).finir(par=PLATEFORME)
    Appartenance.objects.ouvrir(
        aidant=aidant, structure=structure, par=PLATEFORME, est_aidant=True, est_responsable=False
    )


def _changer_role_et_revenir(a: Autorisation) -> None:
    _changer_role(a)
    a.mandat.aidant.appartenances.get().changer_roles(
        par=PLATEFORME, est_aidant=True, est_responsable=False
    )


def _fermer_puis_rouvrir_la_structure(a: Autorisation) -> None:
    _fermer_la_structure(a)
    a.structure.rouvrir(par=PLATEFORME, precision="Un essai.")


FINS = [
    _desactiver, _retirer, _changer_role, _fermer_la_structure, _desactiver_puis_reactiver,
    _retirer_puis_rendre, _changer_role_et_revenir, _fermer_puis_rouvrir_la_structure,
]  # fmt: skip
chaque_verbe = pytest.mark.parametrize("finir", FINS)


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


@chaque_verbe
def test_sweep_finds_it(
    flux: Flux, autorisation: Autorisation, finir: Callable[[Autorisation], None]
) -> None:
    """A site that wants to know is told, also of what was opened again."""
    flux.code(autorisation)
    ouvrir_session(Client(), autorisation.mandat.aidant)
    assert not Connexion.objects.finies().exists()
    finir(autorisation)
    assert Connexion.objects.finies().exists()


def test_a_new_use_after_the_return_goes_through(flux: Flux, autorisation: Autorisation) -> None:
    _changer_role_et_revenir(autorisation)
    _fermer_puis_rouvrir_la_structure(autorisation)
    ouvrir_session(flux.client, autorisation.mandat.aidant)
    assert flux.echanger(flux.code(autorisation)).status_code == 200
