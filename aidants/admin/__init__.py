"""What the admin shows of this app and of the journal below it."""

from aidants.admin import aidants, cartes, invitations, journal

__all__ = ["aidants", "cartes", "invitations", "journal"]
