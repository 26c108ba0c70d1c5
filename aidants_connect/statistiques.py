"""The public figures: counted over the whole country and the last twelve months.

Six aggregates, bounded by dates, taken by `Releve` every five minutes at most. A month that is
over is counted once: neither signatures nor uses are ever dated back, and none is erased within
years. No figure here is of one structure: those under 5 would tell about people.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone

from aidants.demarches import DEMARCHES
from aidants.models import Aidant, Appartenance, Structure
from journal.models import Entree
from mandats.durees import DUREES
from mandats.models import Autorisation, Mandat

MOIS = 12
CLOTURE = timedelta(days=1)  # after the end of a month, when what was begun in it is written
Mois = dict[str, dict[str, int]]  # what was counted in one month, by kind


def relever(instant: datetime, connus: Mapping[str, Mois] | None = None) -> dict[str, Any]:
    """Return every figure of the page, as JSON holds it; months are `2026-11`.

    `connus` are the months that an earlier reading closed (its `clos`): they are taken as they are.
    """
    mois = derniers_mois(instant)
    lus = {m: connus[m] for m in takewhile(connus.__contains__, mois)} if connus else {}
    lus |= _compter([m for m in mois if m not in lus])
    fermes = set(derniers_mois(instant - CLOTURE)[:-1])
    return {
        "totaux": {
            "mandats": sum(sum(lus[m]["durees"].values()) for m in mois),
            "utilisations": sum(sum(lus[m]["faites"].values()) for m in mois),
            "actifs": Autorisation.objects.actives().values("mandat").distinct().count(),
            "structures": Structure.objects.actives().count(),
            "aidants": _aidants(),
        },
        "mandats_par_mois": {m: sum(lus[m]["durees"].values()) for m in mois},
        "utilisations_par_mois": {m: sum(lus[m]["faites"].values()) for m in mois},
        "demarches_autorisees": _somme(lus, "autorisees", DEMARCHES),
        "demarches_faites": _somme(lus, "faites", DEMARCHES),
        "durees": _somme(lus, "durees", map(str, DUREES)),
        "clos": {m: lus[m] for m in mois if m in fermes},
    }


def derniers_mois(instant: datetime) -> list[str]:
    """The present month and the eleven before, in order."""
    local = timezone.localtime(instant)
    rang = local.year * 12 + local.month - 1
    return [f"{r // 12}-{r % 12 + 1:02d}" for r in range(rang - MOIS + 1, rang + 1)]


def _compter(mois: list[str]) -> dict[str, Mois]:
    """These months, the last of which is the present one, counted by what is in the tables.

    Each connection hands one token, with an identity after it or without: to count tokens is to
    count `Entree.objects.utilisations()`, ten times faster over a million rows.
    """
    annee, numero = map(int, mois[0].split("-"))
    debut = datetime(annee, numero, 1, tzinfo=timezone.get_current_timezone())
    comptes: dict[str, Mois] = {m: {"durees": {}, "autorisees": {}, "faites": {}} for m in mois}
    sources: list[tuple[str, QuerySet[Any], str, str]] = [
        ("durees", Mandat.objects.all(), "signe_le", "duree"),
        ("autorisees", Autorisation.objects.all(), "debut", "demarche"),  # that of its mandat
        ("faites", Entree.objects.jetons(), "instant", "demarche"),
    ]
    for genre, lignes, date, cle in sources:
        for du, valeur, nombre in _par_mois(lignes.filter(**{f"{date}__gte": debut}), date, cle):
            if f"{du:%Y-%m}" in comptes:  # a month may begin meanwhile
                comptes[f"{du:%Y-%m}"][genre][str(valeur)] = nombre
    return comptes


def _par_mois(lignes: QuerySet[Any], date: str, cle: str) -> QuerySet[Any]:
    dates = lignes.order_by().annotate(du=TruncMonth(date)).values_list("du", cle)
    comptees: QuerySet[Any] = dates.annotate(nombre=Count("pk"))
    return comptees


def _somme(mois: dict[str, Mois], genre: str, cles: Iterable[str]) -> dict[str, int]:
    return {cle: sum(m[genre].get(cle, 0) for m in mois.values()) for cle in cles}


def _aidants() -> int:
    """Accounts that can act today, each once."""
    postes = Appartenance.objects.ouvertes().filter(est_aidant=True, structure__active=True)
    return Aidant.objects.filter(is_active=True, pk__in=postes.values("aidant")).count()
