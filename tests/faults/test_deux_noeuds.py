"""T18: two web nodes behind a real proxy; one goes out, comes back, and both are reloaded."""

import os
from collections.abc import Iterator

import pytest

from tests.faults import repartiteur
from tests.faults.chantier import Chantier
from tests.faults.charge import preparer
from tests.faults.releve import noter
from tests.faults.test_processus_tues import ACTION, attendre_des_actes


@pytest.fixture
def second(chantier: Chantier) -> Iterator[Chantier]:
    if repartiteur.absent():
        if os.environ.get("CI"):
            pytest.fail(repartiteur.absent())
        pytest.skip(repartiteur.absent())
    chantier.demarrer("web2")
    yield chantier
    chantier.tuer_entier("web2")
    del chantier.processus["web2"]


def test_t18_a_node_goes_out_and_comes_back(second: Chantier, graine: int) -> None:
    chantier = second
    with repartiteur.repartir(chantier.port, chantier.port_second) as port:
        charge = preparer(chantier, graine, port)
        with charge.en_cours():
            attendre_des_actes(charge)
            chantier.tuer_entier("web2")
            attendre_des_actes(charge)
            chantier.demarrer("web2")
            attendre_des_actes(charge)
            perdues = len(charge.registre.erreurs)
            for noeud in ("web", "web2"):
                chantier.recharger(noeud)
                attendre_des_actes(charge)
            pendant_les_recharges = len(charge.registre.erreurs) - perdues
    comptes = charge.registre.verifier(ACTION)
    noter("T18", kills=1, reloads=2, answers_lost_by_reloads=pendant_les_recharges, **comptes)
