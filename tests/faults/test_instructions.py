"""T3: an act that fails after any of its statements leaves nothing: no row, no line, no mail.

Each act is tried with a failure after its first statement, then after its second, and so on until
it comes through. The walk is exhaustive: an action of the journal without its act here fails.
"""

from collections.abc import Callable
from itertools import count, takewhile

import pytest
from django.http import HttpResponse

from journal.actions import ACTIONS
from tests.faults import (
    actes_des_comptes,
    actes_des_mandats,
    actes_des_structures,
    actes_des_usagers,
)
from tests.faults.pannes import Essai, Geste, essayer, refuser
from tests.faults.releve import noter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("papier_partage")]
TOUS = [
    *actes_des_comptes.ACTES,
    *actes_des_structures.ACTES,
    *actes_des_mandats.ACTES,
    *actes_des_usagers.ACTES,
]
PREPARER = pytest.mark.parametrize("preparer", TOUS, ids=lambda preparer: preparer.__name__)
_REVOQUES = "autorisation_revoquee mandat_revoque"
# The lines that an act writes, when they are not one line of its own name.
LIGNES = {
    "activation": "activation role_donne",
    "supervision_donnee": "activation supervision_donnee",
    "supervision_retiree": "desactivation supervision_retiree",
    "role_retire": "desactivation role_retire",
    "compte_partage": "compte_partage facteur_retire",
    "courrier_envoye": "",
    "identification": "courriel_change identification",
    "signature": f"autorisation_creee avis_envoye signature {_REVOQUES}",
    "signature_par_la_page": "autorisation_creee avis_envoye signature",
    "renouvellement": "autorisation_creee avis_envoye renouvellement signature "
    "autorisation_revoquee",
    "mandat_revoque": _REVOQUES,
    "revocation_par_la_page": f"avis_envoye formulaire_rendu {_REVOQUES}",
    "transfert_d_un_mandat": "avis_envoye transfert",
    "cles_tournees": "cle_activee cle_retiree",
    "cle_revoquee": "cle_activee cle_preparee cle_publiee cle_revoquee",
    "cle_supprimee": "cle_preparee cle_supprimee",
    "donnee_publique_retiree": "donnee_publique_modifiee",
}


def lignes_de(preparer: Callable[[], Geste]) -> set[str]:
    return set(LIGNES.get(preparer.__name__, preparer.__name__).split())


def tout_ou_rien(geste: Geste, entier: Essai, essai: Essai) -> bool:
    """What follows a commit may fail after it: the act is then there whole."""
    if geste.suivi and essai.lignes:
        return (essai.tables, essai.lignes) == (entier.tables, entier.lignes)
    return essai.rien


def test_every_action_of_the_journal_is_broken_here() -> None:
    assert set().union(*map(lignes_de, TOUS)) == set(ACTIONS)


@PREPARER
def test_act_that_fails_after_any_statement_leaves_nothing(
    preparer: Callable[[], Geste],
) -> None:
    geste = preparer()
    entier = essayer(geste)
    assert set(entier.lignes) == lignes_de(preparer), entier.reponse
    essais = list(takewhile(lambda essai: essai.arrivee, (essayer(geste, n) for n in count(1))))
    for rang, essai in enumerate(essais, 1):
        assert tout_ou_rien(geste, entier, essai), (rang, essai)
        assert not (isinstance(essai.reponse, HttpResponse) and b"lost" in essai.reponse.content)
    noter("T3", acts=1, failures=len(essais))


@PREPARER
def test_act_whose_line_is_refused_does_not_happen(preparer: Callable[[], Geste]) -> None:
    """A trigger that stands in the database refuses one line, as a wall or a full disk would."""
    geste, apres_coup = preparer(), {"avis_envoye"}
    for action in lignes_de(preparer) - apres_coup or lignes_de(preparer):
        with refuser(action):
            essai = essayer(geste)
        assert essai.rien, (action, essai)
        noter("T3", lines_refused=1)
