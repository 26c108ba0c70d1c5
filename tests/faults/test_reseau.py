"""T17 and T14: answers that never come, a network that is slow, and the order of what was told."""

import time

from tests.faults.chantier import Chantier
from tests.faults.charge import preparer
from tests.faults.releve import FACTEUR, noter
from tests.faults.reseau import Reseau

ACTION = "autorisation_revoquee"


def test_t17_an_answer_is_cut_after_the_act(chantier: Chantier, graine: int) -> None:
    """The client knows nothing, and asks again: the first answer, and one line."""
    secondes = min(4 * FACTEUR, 40)
    with Reseau(chantier.port, graine) as reseau:
        charge = preparer(chantier, graine, reseau.port)
        with charge.en_cours():
            time.sleep(secondes)
        comptes = charge.registre.verifier(ACTION)
    assert reseau.coupes, f"seed {graine}"
    noter("T17", answers_cut=reseau.coupes, slowed=reseau.lents, **comptes)


def test_t14_what_was_told_before_stands_before(chantier: Chantier, graine: int) -> None:
    """Eight clients; each act that was acknowledged before another was sent has a lower place."""
    secondes = min(4 * FACTEUR, 40)
    charge = preparer(chantier, graine)
    with charge.en_cours():
        time.sleep(secondes)
    comptes = charge.registre.verifier(ACTION)
    noter("T14", pairs=charge.registre.paires(), **comptes)
