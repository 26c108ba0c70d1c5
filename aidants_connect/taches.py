"""What Celery's beat asks: the public figures, and the nightly purge."""

from celery import shared_task
from django.utils import timezone

from aidants import temoins
from aidants_connect import purge
from aidants_connect.models import Releve
from journal import comptes, controle


@shared_task(name="aidants_connect.taches.relever_statistiques")
def relever_statistiques() -> None:
    """Take the public figures again, so that no visitor waits for them."""
    Releve.objects.reprendre()


@shared_task
def recompter_statistiques() -> None:
    """Count them whole, closed months too: what a restored backup changed shows the next day."""
    Releve.objects.reprendre(entier=True)


@shared_task(name="aidants_connect.taches.purger")
def purger() -> None:
    """Erase what has served its time; the report says how it went."""
    purge.purger()


@shared_task
def verifier_le_journal() -> bool:
    """The night's verification, once it is due; one that could not be done is tried each hour."""
    if not controle.est_du(timezone.now()):
        return False
    controle.oublier_les_anciens()
    return controle.controler() is not None


@shared_task
def compter_le_journal() -> int:
    """Roll up what was sealed into the figures by month."""
    return comptes.compter()


@shared_task
def envoyer_la_tete_du_journal() -> int:
    """Send the last head, once a day, to those who keep it."""
    return temoins.envoyer_la_tete()


@shared_task
def surveiller_le_journal() -> list[str]:
    """Tell the technical address what is wrong, once a day as long as it lasts."""
    return temoins.alerter()
