"""What Celery's beat asks of this app."""

from celery import shared_task
from django.core.management import call_command

from aidants.models import Echec


@shared_task(name="aidants.taches.purger_echecs")
def purger_echecs() -> None:
    """Forget the failed tries that no threshold counts any more."""
    Echec.objects.perimes().delete()


@shared_task
def purger_sessions() -> None:
    """Delete the sessions that are over, with what was typed in them."""
    call_command("clearsessions")
