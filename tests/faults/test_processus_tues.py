"""T1, T2, T13: a web worker, PostgreSQL and the sealer are killed while acts go on."""

import time

from tests.faults.chantier import Chantier, attendre
from tests.faults.charge import Charge, preparer
from tests.faults.releve import FACTEUR, LONG, noter, tirage

ACTION = "autorisation_revoquee"


def attendre_des_actes(charge: Charge, nombre: int = 3) -> float:
    """The service answers again; return how long that took."""
    avant = charge.acquittes
    return attendre(lambda: charge.acquittes >= avant + nombre or not charge.mandats, quoi="acts")


def tard(charge: Charge, morts: list[float]) -> int:
    """The errors that no kill of the two seconds before explains."""
    erreurs = [instant for instant, _ in charge.registre.erreurs]
    return sum(all(not 0 <= instant - mort <= 2 for mort in morts) for instant in erreurs)


def pour_cent(charge: Charge) -> int:
    erreurs = len(charge.registre.erreurs)
    return round(100 * erreurs / (erreurs + charge.acquittes))


def test_t1_a_web_worker_is_killed_each_second(chantier: Chantier, graine: int) -> None:
    hasard, secondes, morts = tirage(graine), min(5 * FACTEUR, 60), []
    charge, tenues = preparer(chantier, graine), 0
    with charge.en_cours():
        for _ in range(secondes):
            time.sleep(1)
            ouvriers = chantier.ouvriers_web()
            if ouvriers:
                tenues += chantier.tuer_un_ouvrier(hasard.choice(ouvriers))
                morts.append(time.monotonic())
        attendre_des_actes(charge)
    comptes = charge.registre.verifier(ACTION)
    noter(
        "T1",
        kills=len(morts),
        requests_held_by_the_killed=tenues,
        answers_retried=charge.inconnus,
        errors_later_than_2_s=tard(charge, morts),
        errors_per_cent=pour_cent(charge),
        **comptes,
    )


def test_t2_postgresql_crashes(chantier: Chantier, graine: int) -> None:
    hasard, fois, reprises = tirage(graine), min(2 * FACTEUR, 20), []
    charge = preparer(chantier, graine)
    with charge.en_cours():
        for _ in range(fois):
            time.sleep(0.5 + hasard.random())
            chantier.casser_postgresql()
            reprises.append(attendre_des_actes(charge, 1))
    comptes = charge.registre.verifier(ACTION, courriels_doubles=True)
    assert not LONG or max(reprises) <= 5, f"seed {graine}"
    noter(
        "T2",
        crashes=fois,
        answers_retried=charge.inconnus,
        slowest_first_success_ms=round(1000 * max(reprises)),
        **comptes,
    )


def test_t13_the_sealer_is_killed_and_two_run_at_once(chantier: Chantier, graine: int) -> None:
    hasard, fois = tirage(graine), min(4 * FACTEUR, 200)
    charge = preparer(chantier, graine)
    with charge.en_cours(4):
        for _ in range(fois):
            time.sleep(hasard.random() * 2)
            chantier.tuer("scelleur")
            chantier.demarrer("scelleur")
        premier = chantier.processus["scelleur"]
        chantier.demarrer("scelleur")
        attendre_des_actes(charge)
    comptes = charge.registre.verifier(ACTION)
    premier.kill()
    premier.wait()
    noter("T13", kills=fois, **comptes)
