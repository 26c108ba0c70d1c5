"""`make bench`, or `python -m bench`: every bench, then the table of what is asked of the product.

    python -m bench                  all of them, over countries of 0.1, 1 and 10
    python -m bench --petit          all of them at small sizes, figures thrown away: does it work?
    python -m bench echelle 1 10     one of them, at sizes of one's own
    python -m bench tableau          the table alone, out of the figures kept so far

Each runs in a process of its own, one after the other; one that fails is said, and the others run.
What a bench needs before Django reads its settings is given here: a bench imports models as any
module does.
"""

import importlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import django

from aidants_connect.postgresql_embarque import serveur
from bench import resultats
from tests.serveurs import port_libre


@dataclass(frozen=True, kw_only=True)
class Partie:
    """A bench: its module, its sizes where one only tries, the settings that it runs Django with;
    without them it asks the demo, a process of its own. Commands of `manage.py` want the host name
    that browsers hold to be safe."""

    nom: str
    petit: tuple[str, ...] = ()
    reglages: str = ""
    hote: str = "127.0.0.1"


PARTIES: Final = (
    Partie(nom="mesurer", petit=("3",)),
    Partie(nom="ligne_lente", petit=("1",)),
    Partie(nom="demarrage", petit=("1",)),
    Partie(nom="mandats", petit=("4", "50"), reglages="bench.reglages_echelle"),
    Partie(nom="oidc", petit=("100",), reglages="aidants_connect.settings"),
    Partie(nom="ajouts", petit=("400",), reglages="aidants_connect.settings", hote="localhost"),
    Partie(nom="journal", petit=("5000",), reglages="aidants_connect.settings"),
    Partie(nom="lecture", petit=("100000",), reglages="aidants_connect.settings", hote="localhost"),
    Partie(nom="deux_noeuds", petit=("2",)),
    Partie(nom="echelle", petit=("0.1",)),
    Partie(nom="tableau"),
)


def courir(partie: Partie, arguments: list[str]) -> None:
    """Run one here, with data of its own, forgotten at the end."""
    with tempfile.TemporaryDirectory(prefix="bench", ignore_cleanup_errors=True) as donnees:
        if partie.reglages:
            os.environ |= {
                "AC_DOSSIER_DONNEES": donnees,
                "DJANGO_SETTINGS_MODULE": partie.reglages,
                "SITE_URL": f"http://{partie.hote}:{port_libre()}",
                "NIVEAU_JOURNAUX": "ERROR",  # of this process alone: `bench.serveur`
            }
            django.setup()
        try:
            importlib.import_module(f"bench.{partie.nom}").main(arguments)
        finally:
            shutil.rmtree(serveur.dossier(Path(donnees)), ignore_errors=True)


def tout(*, petit: bool) -> int:
    """Run all of them; return how many failed."""
    if petit:
        os.environ["BENCH_RESULTATS"] = tempfile.mkdtemp(prefix="bench-petit")
    os.environ["BENCH_JOUR"] = resultats.jour()
    resultats.oublier()
    echecs = 0
    for partie in PARTIES:
        debut = time.monotonic()
        commande = [sys.executable, "-m", "bench", partie.nom, *(partie.petit if petit else ())]
        code = subprocess.run(commande, check=False).returncode  # noqa: S603 - our own commands
        duree = time.monotonic() - debut
        echecs += code != 0
        resultats.noter(f"bench {partie.nom}.s", duree)
        sys.stderr.write(f"bench {partie.nom}: {'FAILED' if code else 'done'}, {duree:.0f} s\n")
    return echecs


def main(arguments: list[str]) -> int:
    if not arguments or arguments == ["--petit"]:
        return tout(petit=bool(arguments))
    parties = {partie.nom: partie for partie in PARTIES}
    if arguments[0] not in parties:
        sys.stderr.write(f"One of: {', '.join(parties)}.\n")
        return 2
    courir(parties[arguments[0]], arguments[1:])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
