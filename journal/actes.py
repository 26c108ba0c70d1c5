"""Unique ids of acts. What can happen once to a thing has an id drawn from the thing itself.

An authorisation is revoked once, a code is exchanged once: the journal's unique constraint then
refuses a second row, whoever sends the request again.
"""

import uuid


def acte_de(chose: uuid.UUID, verbe: str) -> uuid.UUID:
    """Return the id of the act `verbe` upon `chose` (UUID version 5, RFC 9562)."""
    return uuid.uuid5(chose, verbe)
