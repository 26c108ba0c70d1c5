"""Back-channel logouts, and the life of our keys."""

import uuid

from celery import shared_task
from django.db import transaction

from fournisseur_identite import fins
from fournisseur_identite.models import AvisDeFin, CleSignature, Connexion
from journal.models import PLATEFORME

LOT = 100


@shared_task
def envoyer_fin(avis_id: str) -> None:
    fins.envoyer(uuid.UUID(avis_id))


@shared_task
@transaction.atomic
def envoyer_fins_en_attente() -> int:
    """Enqueue again what no FS has acknowledged yet; return how many."""
    oublies = list(AvisDeFin.objects.oublies().select_for_update(skip_locked=True)[:LOT])
    for avis in oublies:
        avis.repousser()
        avis.enfiler()
    return len(oublies)


@shared_task
def clore_les_finies() -> int:
    """Close the uses that time has ended, or whose end was missed; return how many."""
    return fins.clore(Connexion.objects.finies(), au_plus=LOT)


@shared_task
def avancer_les_cles() -> None:
    """Do what is due in the life of the keys that sign our tokens."""
    CleSignature.objects.avancer(par=PLATEFORME)
