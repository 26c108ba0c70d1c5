"""The mails of the journal: its daily head to those who keep it, its alarms to who runs it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from aidants.courriers import GenreCourrier, prevenir
from aidants.models import Courrier
from journal import etat
from journal.etat import ALARMES
from journal.horodatage import AGE_MAX
from journal.sceaux import Sceau

CADENCE = timedelta(hours=23, minutes=30)  # the task comes each hour: the day does not drift
VERROU = 7_964


def adresses() -> list[str]:
    """Who keeps the heads: those that are set; else the data protection officer, if known."""
    dpo = settings.MENTIONS["courriel_dpo"]
    return list(settings.COURRIELS_TEMOINS) or ([dpo] if dpo else [])


@transaction.atomic
def envoyer_la_tete() -> int:
    """Write the mails of the last head if none left for a day; return how many."""
    _seul()
    sceau = Sceau.objects.first()
    if sceau is None or not adresses() or _ecrit(GenreCourrier.TETE_JOURNAL, CADENCE):
        return 0
    for adresse in adresses():
        prevenir(
            GenreCourrier.TETE_JOURNAL,
            adresse=adresse,
            details={"note": sceau.note, "arbre": sceau.arbre, "taille": sceau.taille},
        )
    return len(adresses())


def dernier_envoi() -> datetime | None:
    """When the last head really left."""
    envoyes = Courrier.objects.filter(genre=GenreCourrier.TETE_JOURNAL, envoye_le__isnull=False)
    return envoyes.order_by("-envoye_le").values_list("envoye_le", flat=True).first()


def alarmes(vu: etat.Etat | None = None) -> list[str]:
    """What is wrong with the journal now, by the words of `ALARMES`."""
    vu = vu or etat.lire()
    return vu.alarmes + (["courriel"] if _courriel_manque(vu) else [])


def _courriel_manque(vu: etat.Etat) -> bool:
    if not adresses() or vu.sceau is None:
        return False
    dernier = dernier_envoi()
    return vu.instant - dernier > AGE_MAX if dernier else vu.age > AGE_MAX


@transaction.atomic
def alerter() -> list[str]:
    """Write the mail of what is wrong, unless the same was written today; return what is."""
    _seul()
    presentes = alarmes()
    if not presentes or not settings.COURRIEL_TECHNIQUE:
        return presentes
    if not _ecrit(GenreCourrier.ALARME_JOURNAL, CADENCE, alarmes=presentes):
        prevenir(
            GenreCourrier.ALARME_JOURNAL,
            adresse=settings.COURRIEL_TECHNIQUE,
            details={"alarmes": presentes, "phrases": [ALARMES[cle] for cle in presentes]},
        )
    return presentes


def _ecrit(genre: GenreCourrier, depuis: timedelta, **details: object) -> bool:
    voulus = {f"details__{nom}": valeur for nom, valeur in details.items()}
    recents = Courrier.objects.filter(genre=genre, cree_le__gt=timezone.now() - depuis)
    return recents.filter(**voulus).exists()


def _seul() -> None:
    """Two workers never write the same mail."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_advisory_xact_lock(%s)", [VERROU])
