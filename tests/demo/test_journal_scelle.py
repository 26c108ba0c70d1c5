"""The demo seals its journal while it runs, and the whole of it verifies."""

import json
import time

from tests.serveurs import Demo

COMPTES = "SELECT (SELECT count(*) FROM journal_entree), (SELECT count(*) FROM journal_feuille)"


def test_journal_of_the_demo_is_sealed_and_verifies(demo: Demo) -> None:
    limite = time.monotonic() + 20
    while (compte := demo.sql(COMPTES)[0])[0] != compte[1] and time.monotonic() < limite:
        time.sleep(0.2)
    assert compte[0] == compte[1] > 0
    rendu = json.loads(demo.gerer("verifier_journal", "--json"))
    assert rendu["constats"] == []
