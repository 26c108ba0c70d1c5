"""What the admin shows of the provider: the services that it serves, the keys that sign."""

from fournisseur_identite.admin import accueil, cles, services

__all__ = ["accueil", "cles", "services"]
