"""Clean-up of the requests that led to nothing."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from fournisseur_identite.models import DemandeAutorisation

CONSERVATION = timedelta(days=1)


@shared_task
def purger_demandes() -> int:
    """Delete the requests of the day before that gave no code; return how many."""
    vieilles = DemandeAutorisation.objects.filter(
        connexion=None, cree_le__lt=timezone.now() - CONSERVATION
    )
    return vieilles.delete()[0]
