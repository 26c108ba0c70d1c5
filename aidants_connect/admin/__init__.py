"""What the supervision writes for the public, and what it reads of what runs by itself."""

from aidants_connect.admin import accueil, purges, questions, traductions

__all__ = ["accueil", "purges", "questions", "traductions"]
