"""What the supervision writes for the public."""

from aidants_connect.admin import questions, traductions

__all__ = ["questions", "traductions"]
