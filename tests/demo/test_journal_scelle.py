"""The demo seals its journal while it runs, and the whole of it verifies."""

import json
import time

import httpx2

from tests.serveurs import PATIENCE, POUR_UNE_REPONSE, Demo

COMPTES = "SELECT (SELECT count(*) FROM journal_entree), (SELECT count(*) FROM journal_feuille)"


def test_journal_of_the_demo_is_sealed_and_verifies(demo: Demo) -> None:
    limite = time.monotonic() + PATIENCE
    while (compte := demo.sql(COMPTES)[0])[0] != compte[1] and time.monotonic() < limite:
        time.sleep(0.2)
    assert compte[0] == compte[1] > 0
    rendu = json.loads(demo.gerer("verifier_journal", "--json"))
    assert rendu["constats"] == []


def test_night_s_verification_runs_under_the_role_of_audit(demo: Demo) -> None:
    """As it does in production: audit reads, the application writes what was found."""
    dit = demo.gerer("veiller_journal", "--entier")
    assert "Verification: 0 findings" in dit
    ((entier, constats),) = demo.sql(
        "SELECT entier, constats FROM journal_controle ORDER BY fini_le DESC LIMIT 1"
    )
    assert (entier, constats) == (True, [])
    assert httpx2.get(f"{demo.produit}/sante/journal", timeout=POUR_UNE_REPONSE).text == "ok"
