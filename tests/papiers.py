"""The cases in which a mandat's paper is composed, looked at and validated."""

from typing import Any

from aidants.demarches import DEMARCHES
from tests.factories import StructureFactory, UsagerFactory

LONG = 256  # the longest given names, and the longest family name, that are received
STRUCTURE = 250
DESSIN = [[[80, 260], [200, 80], [300, 300], [420, 120]], [[460, 240], [700, 200], [920, 260]]]
CAS_DU_MANDAT = (
    "normal", "dix-demarches", "noms-longs", "noms-sans-espace", "ne-a-l-etranger",
    "naissance-presumee",
)  # fmt: skip


def donnees_du_mandat(cas: str) -> dict[str, Any]:
    """What `MandatFactory` makes that case of."""
    usagers: dict[str, dict[str, str]] = {
        "ne-a-l-etranger": {"lieu_naissance": "", "pays_naissance": "99351", "nom": "El Âmrani"},
        "naissance-presumee": {"date_naissance": "1950-00-00", "nom": "Nguyễn"},
    }
    if cas in ("noms-longs", "noms-sans-espace"):
        return noms_extremes(espaces=cas == "noms-longs") | {"demarches": list(DEMARCHES)}
    demarches = list(DEMARCHES)[: 10 if cas == "dix-demarches" else 3]
    return {"usager": UsagerFactory(**usagers.get(cas, {})), "demarches": demarches}


def noms_extremes(*, espaces: bool) -> dict[str, Any]:
    """Given names and a family name of 256 characters each, and the longest structure."""
    motifs = ("Marie-Antoinette ", "De La Tour ", "Maison des solidarités ")
    prenoms, nom, structure = motifs if espaces else ("M", "W", "M")
    usager = UsagerFactory(prenoms=_jusqua(LONG, prenoms), nom=_jusqua(LONG, nom), nom_usage="")
    return {"usager": usager, "structure": StructureFactory(nom=_jusqua(STRUCTURE, structure))}


def _jusqua(longueur: int, motif: str) -> str:
    """Exactly so many characters, whose last ones show that nothing is cut."""
    return (motif * longueur)[: longueur - 3] + "Zyx"
