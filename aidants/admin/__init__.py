"""What the admin shows of this app and of the journal below it."""

from aidants.admin import aidants, journal, structures

__all__ = ["aidants", "journal", "structures"]
