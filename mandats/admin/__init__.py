"""What the admin shows of mandats, and of structures, whose sheet counts them."""

from mandats.admin import accueil, mandats, structures

__all__ = ["accueil", "mandats", "structures"]
