"""What each of the ten démarches lets an aidant do, in a person's words. Pure data."""

from dataclasses import dataclass
from typing import Final

from aidants.demarches import DEMARCHES, Demarche

OUVRE: Final = {
    "papiers": "demander un acte de naissance, préparer une carte d’identité ou un passeport, "
    "s’inscrire sur les listes électorales",
    "famille": "demander une allocation, déclarer une naissance, inscrire un enfant à l’école",
    "social": "suivre un remboursement de soins, demander le RSA, faire un dossier de handicap",
    "travail": "s’inscrire à France Travail, chercher une formation, préparer sa retraite",
    "logement": "demander une aide au logement, déposer une demande de logement social",
    "transports": "refaire une carte grise ou un permis de conduire, payer ou contester une amende",
    "argent": "déclarer ses revenus, payer un impôt, corriger une déclaration",
    "justice": "demander un extrait de casier judiciaire ou l’aide juridictionnelle, suivre une "
    "affaire",
    "etranger": "demander ou renouveler un titre de séjour, suivre un dossier d’asile",
    "loisirs": "déclarer un animal, demander un permis de chasser ou un permis bateau",
}


@dataclass(frozen=True, kw_only=True)
class DemarcheExpliquee:
    demarche: Demarche
    ouvre: str


EXPLIQUEES: Final = [
    DemarcheExpliquee(demarche=demarche, ouvre=OUVRE[cle]) for cle, demarche in DEMARCHES.items()
]
