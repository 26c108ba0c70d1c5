"""The first translations, as they are delivered: machine-made, every one to be reviewed.

A file for each language: of each block, the text and the print of the French that it translates
(`lecture.empreinte`). A test compares them with the pages.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any, Final

DOSSIER: Final = Path(__file__).parent


def lire(langue: str) -> dict[str, dict[str, str]]:
    """Blocks by their key: `source` and `texte`."""
    lus: dict[str, dict[str, str]] = json.loads((DOSSIER / f"{langue}.json").read_text("utf-8"))
    return lus


def livrees() -> list[str]:
    """The languages that are delivered."""
    return sorted(fichier.stem for fichier in DOSSIER.glob("*.json"))


def charger(modele: Any, instant: datetime) -> None:
    """Write what a migration's `modele` lacks; what the supervision has written stays."""
    modele.objects.bulk_create(
        (
            modele(cle=cle, langue=langue, etat="a_relire", modifiee_le=instant, **bloc)
            for langue in livrees()
            for cle, bloc in lire(langue).items()
        ),
        ignore_conflicts=True,
    )
