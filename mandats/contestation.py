"""« Ce n’était pas moi »: a link in each notice, for 30 days, without login.

It tells, and undoes nothing. What was ended stays ended: the structure is told at once, and a new
mandat takes five minutes.
"""

import uuid

from django.db import transaction
from django.utils import timezone

from journal.actes import acte_de
from journal.actions_usagers import SIGNALEMENT
from journal.models import Entree
from mandats import taches
from mandats.models import Avis
from mandats.models.avis import Destinataire, Genre


def trouver(avis_id: uuid.UUID, jeton: str) -> Avis | None:
    """The notice of this link, too old included; None when the link is not its own."""
    avis = Avis.objects.select_related("mandat__usager", "mandat__structure", "mandat__aidant")
    trouve = avis.filter(pk=avis_id, destinataire=Destinataire.USAGER).first()
    return trouve if trouve and trouve.est_contestable and trouve.est_ouvert_par(jeton) else None


def est_ouverte(avis: Avis) -> bool:
    return avis.contestable_jusqua > timezone.now()


@transaction.atomic
def contester(avis: Avis) -> bool:
    """Write what the usager says, once, and tell the structure; return whether this call did."""
    ligne = Avis.objects.select_for_update(of=("self",)).get(pk=avis.pk)
    if ligne.signale_le or not est_ouverte(ligne):
        return False
    ligne.signale_le = timezone.now()
    ligne.save(update_fields=["signale_le"])
    mandat = avis.mandat
    Entree.objects.inscrire(
        SIGNALEMENT,
        acte=acte_de(avis.pk, "contestation"),
        par=mandat.usager.auteur,
        cadre=mandat.structure.cadre,
        concerne=mandat.concerne,
        details={"genre": avis.genre},
    )
    details = {"genre": avis.genre, "quoi": Genre(avis.genre).label}
    qui = Destinataire.STRUCTURE
    taches.prevenir(mandat, Genre.SIGNALEMENT, qui, demarches=avis.demarches, details=details)
    return True
