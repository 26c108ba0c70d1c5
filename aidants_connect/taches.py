"""What Celery's beat asks: the public figures, and the nightly purge."""

from celery import shared_task

from aidants_connect import purge
from aidants_connect.models import Releve


@shared_task(name="aidants_connect.taches.relever_statistiques")
def relever_statistiques() -> None:
    """Take the public figures again, so that no visitor waits for them."""
    Releve.objects.reprendre()


@shared_task(name="aidants_connect.taches.purger")
def purger() -> None:
    """Erase what has served its time; the report says how it went."""
    purge.purger()
