"""Clean-up of the requests that led to nothing, and the life of our keys."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from fournisseur_identite.models import CleSignature, DemandeAutorisation
from journal.models import PLATEFORME

CONSERVATION = timedelta(days=1)


@shared_task
def purger_demandes() -> int:
    """Delete the requests of the day before that gave no code; return how many."""
    vieilles = DemandeAutorisation.objects.filter(
        connexion=None, cree_le__lt=timezone.now() - CONSERVATION
    )
    return vieilles.delete()[0]


@shared_task
def avancer_les_cles() -> None:
    """Do what is due in the life of the keys that sign our tokens."""
    CleSignature.objects.avancer(par=PLATEFORME)
