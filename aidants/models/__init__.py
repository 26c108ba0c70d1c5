from aidants.models.aidants import Aidant, Appartenance
from aidants.models.echecs import Echec
from aidants.models.facteurs import AppareilTotp
from aidants.models.structures import Structure

__all__ = ["Aidant", "AppareilTotp", "Appartenance", "Echec", "Structure"]
