from aidants.models.aidants import Aidant, MotifDesactivation
from aidants.models.appartenances import Appartenance
from aidants.models.cartes import CarteTotp, ImportCartes, MotifDissociation
from aidants.models.courriers import Courrier, GenreCourrier
from aidants.models.echecs import Echec
from aidants.models.facteurs import AppareilTotp, CarnetSecours
from aidants.models.invitations import Invitation
from aidants.models.recuperations import Recuperation
from aidants.models.sessions import Session
from aidants.models.structures import Structure

__all__ = [
    "Aidant",
    "AppareilTotp",
    "Appartenance",
    "CarnetSecours",
    "CarteTotp",
    "Courrier",
    "Echec",
    "GenreCourrier",
    "ImportCartes",
    "Invitation",
    "MotifDesactivation",
    "MotifDissociation",
    "Recuperation",
    "Session",
    "Structure",
]
