from mandats.models.autorisations import Autorisation
from mandats.models.avis import Avis
from mandats.models.codes import CodeReimprime
from mandats.models.mandats import Attestation, Mandat
from mandats.models.projets import Projet

__all__ = ["Attestation", "Autorisation", "Avis", "CodeReimprime", "Mandat", "Projet"]
