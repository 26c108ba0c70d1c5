"""What Celery's beat asks of this app."""

from celery import shared_task

from aidants.models import Echec


@shared_task(name="aidants.taches.purger_echecs")
def purger_echecs() -> None:
    """Forget the failed tries that no threshold counts any more."""
    Echec.objects.perimes().delete()
