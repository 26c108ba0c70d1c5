"""Where a run leaves what it measured: a page for each bench, and the figures of the table.

`bench/results/` is what `make bench` writes; `BENCH_RESULTATS` names another folder, for a run that
only tries. Figures that `bench.tableau` compares with their targets are kept beside, as JSON, for
the time of the run.
"""

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

Chiffres = dict[str, float]


def dossier() -> Path:
    choisi = os.environ.get("BENCH_RESULTATS")
    ici = Path(choisi) if choisi else Path(__file__).parent / "results"
    ici.mkdir(parents=True, exist_ok=True)
    return ici


def _fichier() -> Path:
    return dossier() / "chiffres.jsonl"


def jour() -> str:
    """The day when the run began, `BENCH_JOUR`: its pages name each other."""
    return os.environ.get("BENCH_JOUR") or f"{datetime.now(UTC):%Y-%m-%d}"


def machine(avant: float) -> str:
    """The machine, and its load before the bench and at its end."""
    return f"{os.cpu_count()} cores, load {avant:.1f} before, {os.getloadavg()[0]:.1f} after"


def ecrire(nom: str, texte: str) -> None:
    """Write a page under the day's name, and show it."""
    (dossier() / f"{nom}-{jour()}.md").write_text(texte, encoding="utf-8")
    sys.stdout.write(texte + "\n")


def noter(nom: str, valeur: float) -> None:
    """Keep a figure for the table."""
    with _fichier().open("a") as fichier:
        fichier.write(json.dumps([nom, valeur]) + "\n")


def chiffres() -> Chiffres:
    """What this run has kept so far; a figure measured again takes the place of the first."""
    if not _fichier().exists():
        return {}
    return dict(map(json.loads, _fichier().read_text().splitlines()))


def oublier() -> None:
    """Begin a run without the figures of another."""
    _fichier().unlink(missing_ok=True)
