"""What Celery's beat asks of the public pages."""

from celery import shared_task

from aidants_connect.models import Releve


@shared_task(name="aidants_connect.taches.relever_statistiques")
def relever_statistiques() -> None:
    """Take the public figures again, so that no visitor waits for them."""
    Releve.objects.reprendre()
