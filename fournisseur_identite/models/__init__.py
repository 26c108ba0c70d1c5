from fournisseur_identite.models.assertions import AssertionServie
from fournisseur_identite.models.cles import CleSignature
from fournisseur_identite.models.connexions import Connexion
from fournisseur_identite.models.demandes import DemandeAutorisation
from fournisseur_identite.models.fins import AvisDeFin
from fournisseur_identite.models.poussees import DemandePoussee
from fournisseur_identite.models.services import FournisseurService

__all__ = [
    "AssertionServie",
    "AvisDeFin",
    "CleSignature",
    "Connexion",
    "DemandeAutorisation",
    "DemandePoussee",
    "FournisseurService",
]
