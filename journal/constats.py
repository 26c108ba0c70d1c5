"""What a verification finds: a code, the exact place, a sentence."""

from dataclasses import asdict, dataclass
from typing import Any

CODES = {
    "J01": "entry differs from its leaf",
    "J02": "leaf without its entry",
    "J03": "gap in the positions",
    "J04": "entry never sealed",
    "J05": "root differs at a seal",
    "J06": "seal whose signature or chain is wrong",
    "J07": "seal larger than its tree",
    "J08": "outside witness not reproduced",
    "J09": "entry sealed long after its own time",
    "J10": "time-stamp token invalid or too old",
    "J11": "subject that does not open its commitment, or missing without a purge",
    "J12": "wall missing",
    "J13": "journal and tables do not agree",
}

# The same for the supervision, in plain French.
EN_CLAIR = {
    "J01": "Une ligne a été changée après avoir été scellée.",
    "J02": "Une ligne a été supprimée : son empreinte est restée.",
    "J03": "Une empreinte manque à sa place.",
    "J04": "Une ligne n’est dans aucun sceau : écrite en cachette, ou le scelleur ne tourne pas.",
    "J05": "Des lignes et leurs empreintes ont été récrites entre deux sceaux.",
    "J06": "Un sceau manque, a été changé, ou est signé par une autre clé.",
    "J07": "La fin du journal a été coupée.",
    "J08": "Une empreinte gardée ailleurs n’est plus celle du journal.",
    "J09": "Une ligne porte une date plus ancienne que le sceau d’avant.",
    "J10": "Un horodatage est faux, ou le dernier est trop vieux.",
    "J11": "Les personnes d’une ligne ont été changées, ou effacées sans purge.",
    "J12": "Une protection de la base de données manque.",
    "J13": "Le journal et les mandats ne disent pas la même chose.",
}


@dataclass(frozen=True, kw_only=True)
class Constat:
    """One finding; the fields that say where are set as far as the code has them."""

    code: str
    phrase: str
    arbre: int | None = None
    position: int | None = None
    entree: int | None = None
    taille: int | None = None
    sceau: int | None = None
    objet: str | None = None

    @property
    def lieu(self) -> str:
        champs = ("arbre", "position", "entree", "taille", "sceau", "objet")
        dits = ((champ, getattr(self, champ)) for champ in champs)
        return ", ".join(f"{champ} {valeur}" for champ, valeur in dits if valeur is not None)

    def en_json(self) -> dict[str, Any]:
        return {champ: valeur for champ, valeur in asdict(self).items() if valeur is not None}
