"""The national team (`supervision`): how one leaves it. One joins it by an invitation."""

from uuid import UUID

from django.db import transaction

from aidants.courriers import GenreCourrier
from aidants.models import Aidant, MotifDesactivation
from journal.actions_comptes import SUPERVISION_RETIREE
from journal.models import Auteur


@transaction.atomic
def quitter(aidant: Aidant, *, par: Auteur, precision: str = "", acte: UUID | None = None) -> bool:
    """Leave the national team; return whether this call did it. Somebody active stays in it.

    Without a structure either, the account is closed (regles.md, section 7).
    """
    equipe = {a.pk: a for a in Aidant.objects.select_for_update().filter(supervision=True)}
    compte = equipe.pop(aidant.pk, None)
    if compte is None or not any(autre.is_active for autre in equipe.values()):
        return False
    compte.supervision = False
    compte.save(update_fields=["supervision"])
    compte.fermer_sessions()
    compte.inscrire(SUPERVISION_RETIREE, par=par, precision=precision, acte=acte)
    if compte.is_active and not compte.appartenances.ouvertes().exists():
        compte.desactiver(par=par, motif=MotifDesactivation.DERNIER_DEPART)
    else:
        compte.prevenir(GenreCourrier.SUPERVISION_RETIREE)
    return True
