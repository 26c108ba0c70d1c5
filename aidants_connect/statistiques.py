"""The public figures: counted over the whole country and the last twelve months.

Eight aggregates, bounded by dates, taken by `Releve` every five minutes at most. No figure here
is of one structure: those under 5 would tell about people.
"""

from collections import Counter
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.utils import timezone

from aidants.demarches import DEMARCHES
from aidants.models import Aidant, Appartenance, Structure
from journal.models import Entree
from mandats.durees import DUREES
from mandats.models import Autorisation, Mandat

MOIS = 12


def relever(instant: datetime) -> dict[str, Any]:
    """Return every figure of the page, as JSON holds it; months are `2026-11`."""
    mois = derniers_mois(instant)
    annee, numero = map(int, mois[0].split("-"))
    debut = datetime(annee, numero, 1, tzinfo=timezone.get_current_timezone())
    usages = _utilisations(debut)
    signes = _mandats(debut)
    return {
        "totaux": {
            "mandats": sum(signes.values()),
            "utilisations": sum(usages.values()),
            "actifs": Mandat.objects.actifs().count(),
            "structures": Structure.objects.actives().count(),
            "aidants": _aidants(),
        },
        "mandats_par_mois": {m: signes[m] for m in mois},
        "utilisations_par_mois": _par_mois(usages, mois),
        "demarches_autorisees": _autorisations(debut),
        "demarches_faites": _par_demarche(usages),
        "durees": _durees(debut),
    }


def derniers_mois(instant: datetime) -> list[str]:
    """The present month and the eleven before, in order."""
    local = timezone.localtime(instant)
    rang = local.year * 12 + local.month - 1
    return [f"{r // 12}-{r % 12 + 1:02d}" for r in range(rang - MOIS + 1, rang + 1)]


def _mandats(debut: datetime) -> Counter[str]:
    lignes = (
        Mandat.objects.filter(signe_le__gte=debut)
        .order_by()
        .annotate(mois=TruncMonth("signe_le"))
        .values_list("mois")
        .annotate(nombre=Count("pk"))
    )
    return Counter({f"{mois:%Y-%m}": nombre for mois, nombre in lignes})


def _utilisations(debut: datetime) -> Counter[tuple[str, str]]:
    """Uses by month and démarche, from the journal.

    Each connection hands one token, with an identity after it or without: to count tokens is to
    count `Entree.objects.utilisations()`, ten times faster over a million rows.
    """
    lignes = (
        Entree.objects.jetons()
        .filter(instant__gte=debut)
        .order_by()
        .annotate(mois=TruncMonth("instant"))
        .values_list("mois", "demarche")
        .annotate(nombre=Count("pk"))
    )
    return Counter({(f"{mois:%Y-%m}", demarche): nombre for mois, demarche, nombre in lignes})


def _par_mois(usages: Counter[tuple[str, str]], mois: list[str]) -> dict[str, int]:
    return {m: sum(n for (du, _), n in usages.items() if du == m) for m in mois}


def _par_demarche(usages: Counter[tuple[str, str]]) -> dict[str, int]:
    return {cle: sum(n for (_, d), n in usages.items() if d == cle) for cle in DEMARCHES}


def _autorisations(debut: datetime) -> dict[str, int]:
    """In how many of the mandats signed each démarche stands."""
    lignes = (
        Autorisation.objects.filter(debut__gte=debut)  # that of its mandat
        .order_by()
        .values_list("demarche")
        .annotate(nombre=Count("pk"))
    )
    trouves = dict(lignes)
    return {cle: trouves.get(cle, 0) for cle in DEMARCHES}


def _durees(debut: datetime) -> dict[str, int]:
    lignes = (
        Mandat.objects.filter(signe_le__gte=debut)
        .order_by()
        .values_list("duree")
        .annotate(nombre=Count("pk"))
    )
    trouves = dict(lignes)
    return {str(jours): trouves.get(jours, 0) for jours in DUREES}


def _aidants() -> int:
    """Accounts that can act today, each once."""
    postes = Appartenance.objects.ouvertes().filter(est_aidant=True, structure__active=True)
    return Aidant.objects.filter(is_active=True, pk__in=postes.values("aidant")).count()
