"""What the supervision writes for the public, and what it reads of the nightly purge."""

from aidants_connect.admin import purges, questions, traductions

__all__ = ["purges", "questions", "traductions"]
