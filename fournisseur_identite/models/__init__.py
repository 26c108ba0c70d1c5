from fournisseur_identite.models.cles import CleSignature
from fournisseur_identite.models.connexions import Connexion
from fournisseur_identite.models.demandes import DemandeAutorisation
from fournisseur_identite.models.services import FournisseurService

__all__ = ["CleSignature", "Connexion", "DemandeAutorisation", "FournisseurService"]
