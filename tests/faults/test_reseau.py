"""T17 and T14: answers that never come, a network that is slow, and the order of what was told."""

import time
from concurrent.futures import ThreadPoolExecutor

from tests.faults.chantier import OUVRIERS, Chantier, attendre
from tests.faults.charge import preparer
from tests.faults.clients import appeler
from tests.faults.releve import FACTEUR, REGLE, noter
from tests.faults.reseau import Reseau

ACTION = "autorisation_revoquee"


def test_t17_an_answer_is_cut_after_the_act(chantier: Chantier, graine: int) -> None:
    """The client knows nothing, and asks again: the first answer, and one line."""
    secondes = min(4 * FACTEUR, 40)
    with Reseau(chantier.port, graine) as reseau:
        charge = preparer(chantier, graine, reseau.port)
        with charge.en_cours():
            time.sleep(secondes)
            attendre(lambda: reseau.coupes, quoi="a cut")  # a slow machine has asked little yet
        attendre(lambda: _libres(chantier), secondes=REGLE, quoi="threads free again")
        comptes = charge.registre.verifier(ACTION)
    noter("T17", answers_cut=reseau.coupes, slowed=reseau.lents, **comptes)


def _libres(chantier: Chantier) -> bool:
    """As many requests at once as the workers have threads, and each is answered."""
    with ThreadPoolExecutor(8 * OUVRIERS) as fils:
        faits = [fils.submit(appeler, chantier.port, "GET", "/sante") for _ in range(8 * OUVRIERS)]
        reponses = [fait.result() for fait in faits]
    return all(reponse is not None for reponse in reponses)


def test_t14_what_was_told_before_stands_before(chantier: Chantier, graine: int) -> None:
    """Eight clients; each act that was acknowledged before another was sent has a lower place."""
    secondes = min(4 * FACTEUR, 40)
    charge = preparer(chantier, graine)
    with charge.en_cours():
        time.sleep(secondes)
    comptes = charge.registre.verifier(ACTION)
    noter("T14", pairs=charge.registre.paires(), **comptes)
