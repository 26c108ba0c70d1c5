"""What the fault tests counted: printed at the end of a run, and written down by `make faults`."""

import os
import random
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path

from tests.serveurs import PATIENCE

FACTEUR = int(os.environ.get("FAUTES", "1"))  # `make faults` asks for more of everything
LONG = FACTEUR >= 10  # on a machine of its own: what the rules say of seconds is held too
REGLE = 10 if LONG else PATIENCE  # seconds to be sealed, and to have every thread free again
DEBUT, FIN = "<!-- counts -->\n", "<!-- end of counts -->"
CHARGE = os.getloadavg()[0]  # of the machine, before the run
RELEVE: defaultdict[str, Counter[str]] = defaultdict(Counter)


def noter(essai: str, **comptes: int) -> None:
    """Add to the counts of a fault test, named T1 to T17."""
    RELEVE[essai].update(comptes)


def tirage(graine: float) -> random.Random:
    """What a seed draws: the same again."""
    return random.Random(graine)  # noqa: S311 - repeatable


def lignes() -> list[tuple[str, str]]:
    """Each test with its counts in words."""
    return [
        (essai, ", ".join(f"{nom.replace('_', ' ')} {n}" for nom, n in RELEVE[essai].items()))
        for essai in sorted(RELEVE, key=lambda nom: int(nom[1:]))
    ]


def ecrire(fichier: Path) -> None:
    """Replace the table of a page, between its marks, by the counts of this run."""
    avant, suite = fichier.read_text(encoding="utf-8").split(DEBUT)
    table = [
        f"Run of {datetime.now(UTC):%Y-%m-%d}, FAUTES={FACTEUR}, {os.cpu_count()} cores, load "
        f"{CHARGE:.1f} before and {os.getloadavg()[0]:.1f} after.",
        "",
        "| test | counts |",
        "|---|---|",
        *(f"| {essai} | {comptes} |" for essai, comptes in lignes()),
        "",
    ]
    texte = avant + DEBUT + "\n".join(table) + FIN + suite.split(FIN)[1]
    fichier.write_text(texte, encoding="utf-8")
