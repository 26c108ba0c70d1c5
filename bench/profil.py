"""A short profile: the functions that a step spends its own time in, the statements it waits for.

Taken apart from the measures, which it would slow down: under cProfile a step takes several times
its CPU, so that shares count here, not milliseconds. Waiting is no part of it: statements stand
beside with the time that was waited for them.
"""

import cProfile
import json
import pstats
import re
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db import connection

FONCTIONS, ORDRES = 8, 3
_PAQUETS = sysconfig.get_paths()["purelib"]
_RACINE = Path(__file__).resolve().parents[1]


@contextmanager
def suivre(dossier: Path) -> Iterator[None]:
    """Leave in this folder what is spent here, in this thread and on this connection."""
    profil, ordres = cProfile.Profile(time.thread_time), _Ordres()
    with connection.execute_wrapper(ordres):
        profil.enable()
        try:
            yield
        finally:
            profil.disable()
    souche = dossier / uuid4().hex
    profil.dump_stats(souche.with_suffix(".profil"))
    souche.with_suffix(".sql").write_text(json.dumps(ordres.durees))


class _Ordres:
    """How long each statement took, parameters left out, as the client waits for it."""

    def __init__(self) -> None:
        self.durees: list[tuple[str, float]] = []

    def __call__(self, executer: Any, sql: Any, *suite: Any) -> Any:
        debut = time.perf_counter()
        try:
            return executer(sql, *suite)
        finally:
            self.durees.append((str(sql), 1000 * (time.perf_counter() - debut)))


def resumer(titre: str, dossier: Path, fois: int) -> str:
    """A section of Markdown out of what was left in this folder by so many repetitions."""
    profils = sorted(dossier.glob("*.profil"))
    if not profils:
        raise RuntimeError(f"{titre}: nothing was profiled.")
    fonctions = _fonctions(pstats.Stats(*map(str, profils)), fois)
    ordres = _ordres(dossier, fois)
    return "\n".join(
        [
            f"### Profile: {titre}",
            "",
            f"Mean of {fois}, under cProfile.",
            "",
            "| own CPU ms | share | calls | function |",
            "|---|---|---|---|",
            *fonctions,
            *(
                ["", "| waited ms | times | statement |", "|---|---|---|", *ordres]
                if ordres
                else []
            ),
            "",
        ]
    )


def _fonctions(stats: pstats.Stats, fois: int) -> list[str]:
    fiches: dict[tuple[str, int, str], tuple[int, int, float, float, Any]] = stats.stats  # type: ignore[attr-defined]  # left out of the hints
    total = sum(fiche[2] for fiche in fiches.values()) or 1
    premieres = sorted(fiches.items(), key=lambda paire: -paire[1][2])[:FONCTIONS]
    return [
        f"| {1000 * propre / fois:.2f} | {propre / total:.0%} | {appels / fois:.0f} "
        f"| `{_nom(*lieu)}` |"
        for lieu, (_, appels, propre, _, _) in premieres
    ]


def _nom(fichier: str, ligne: int, fonction: str) -> str:
    """Where a function stands, from its package or from the root of the product."""
    if fichier == "~":
        return fonction
    for racine in (_PAQUETS, str(_RACINE), sysconfig.get_paths()["stdlib"]):
        fichier = fichier.removeprefix(f"{racine}/")
    return f"{fichier}:{ligne} {fonction}"


def _ordres(dossier: Path, fois: int) -> list[str]:
    sommes: dict[str, list[float]] = {}
    for fichier in dossier.glob("*.sql"):
        for sql, duree in json.loads(fichier.read_text()):
            sommes.setdefault(_abreger(sql), []).append(duree)
    rangs = sorted(sommes.items(), key=lambda paire: -sum(paire[1]))[:ORDRES]
    return [f"| {sum(d) / fois:.2f} | {len(d) / fois:.0f} | `{sql}` |" for sql, d in rangs]


def _abreger(sql: str) -> str:
    """A statement without the list of its columns, on a line of a table."""
    texte = re.sub(r"SELECT (DISTINCT )?\"(?:(?! FROM ).)*", r"SELECT \1…", " ".join(sql.split()))
    texte = re.sub(r"%s(, %s){3,}", "%s, …", texte)
    texte = texte.replace("|", "∣").replace("`", "'")
    return texte if len(texte) <= 300 else f"{texte[:300]}…"
