"""Sending the outbox of accounts: each mail once, its links made at that moment."""

import uuid
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from aidants import courriels
from aidants.models import Courrier
from aidants.models.liens import LienParCourriel
from journal.actions import MOTS


@transaction.atomic
def envoyer(courrier_id: uuid.UUID) -> bool:
    """Send a mail unless it was sent; return whether this call did it.

    The row stays locked while the mail leaves: two workers never send it twice. A mail to an
    address that is nobody's is composed like the others, and goes nowhere.
    """
    courrier = (
        Courrier.objects.a_envoyer()
        .select_related("aidant", "invitation__structure", "recuperation")
        .select_for_update(of=("self",), skip_locked=True)
        .filter(pk=courrier_id)
        .first()
    )
    if courrier is None:
        return False
    message = courriels.composer(
        f"aidants/courriels/{courrier.genre}.txt", _contexte(courrier), courrier.adresse
    )
    courrier.marquer_envoye()
    if courrier.adresse:
        message.send()  # last: no statement that fails after it would send it a second time
    return True


def _contexte(courrier: Courrier) -> dict[str, Any]:
    return {
        "aidant": courrier.aidant,
        "invitation": courrier.invitation,
        "details": courrier.details,
        # The journal's closed vocabulary, in words.
        "moyen": MOTS.get(courrier.details.get("moyen", ""), ""),
        "motif": MOTS.get(courrier.details.get("motif", ""), ""),
        "adresse_connexion": settings.SITE_URL + reverse("connexion"),
        "adresse_etat": settings.SITE_URL + reverse("admin:journal_etat"),
        "adresse_compte": settings.SITE_URL + reverse("compte"),
        "lien": _lien(courrier),
    }


def _lien(courrier: Courrier) -> str:
    """The secret address of this mail; empty when it has none."""
    chose: LienParCourriel
    if courrier.invitation:
        chose, route = courrier.invitation, "invitation"
    elif courrier.recuperation:
        chose, route = courrier.recuperation, f"lien_{courrier.recuperation.genre}"
    else:
        return ""
    return f"{settings.SITE_URL}{reverse(route, args=[chose.pk, chose.jeton])}"
