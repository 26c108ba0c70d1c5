"""The usager, and what the parcours shows and counts."""

from usagers.models.donnees import DonneePublique, FournisseurIdentite, LieuFormation, SiteDemarche
from usagers.models.messages import Canal, MessageUsager
from usagers.models.passages import PassageParcours
from usagers.models.usagers import Usager, UsagerQuerySet, empreinte_sub

__all__ = [
    "Canal",
    "DonneePublique",
    "FournisseurIdentite",
    "LieuFormation",
    "MessageUsager",
    "PassageParcours",
    "SiteDemarche",
    "Usager",
    "UsagerQuerySet",
    "empreinte_sub",
]
