"""The usager, and what the parcours shows and counts."""

from usagers.models.donnees import DonneePublique, FournisseurIdentite, LieuFormation, SiteDemarche
from usagers.models.passages import PassageParcours
from usagers.models.usagers import Usager, UsagerQuerySet, empreinte_sub

__all__ = [
    "DonneePublique",
    "FournisseurIdentite",
    "LieuFormation",
    "PassageParcours",
    "SiteDemarche",
    "Usager",
    "UsagerQuerySet",
    "empreinte_sub",
]
