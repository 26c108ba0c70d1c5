"""Links by date above a long list, from the two ends of its dates: looking for the dates that have
rows reads them all."""

from collections.abc import Iterator
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.db.models import Max, Min, Model, QuerySet
from django.utils import timezone

_FINESSES = ("year", "month", "day")


class ListeDatee(ChangeList):
    @property
    def calendrier(self) -> "ListeDatee":
        """This list, as the tag `date_hierarchy` asks it for dates."""
        copie = object.__new__(ListeDatee)
        copie.__dict__ = self.__dict__ | {"queryset": Calendrier(self)}
        return copie


class Calendrier:
    """All the years, months or days between the two ends of a table's dates."""

    def __init__(self, liste: ChangeList) -> None:
        self.champ = str(liste.date_hierarchy)
        self.lignes: QuerySet[Model] = liste.model._default_manager.order_by()
        demandes = [str(liste.params.get(f"{self.champ}__{finesse}")) for finesse in _FINESSES]
        self.annee, self.mois, _ = (int(d) if d.isdigit() else None for d in demandes)

    @cached_property
    def bornes(self) -> dict[str, datetime | None]:
        return self.lignes.aggregate(first=Min(self.champ), last=Max(self.champ))

    def aggregate(self, **_: Any) -> dict[str, datetime | None]:
        return self.bornes

    def datetimes(self, _champ: str, finesse: str) -> list[date]:
        """Those of the year or of the month that the address names, if it does."""
        premier, dernier = self.bornes["first"], self.bornes["last"]
        if premier is None or dernier is None:
            return []
        rang = _FINESSES.index(finesse) + 1
        debut, fin = _jour(premier), _jour(dernier)
        tous = self._tous(finesse, debut, fin)
        return [
            jour for jour in tous if _coupe(debut, rang) <= _coupe(jour, rang) <= _coupe(fin, rang)
        ]

    def _tous(self, finesse: str, debut: date, fin: date) -> Iterator[date]:
        annee, mois = self.annee or debut.year, self.mois or debut.month
        if finesse == "year":
            yield from (date(an, 1, 1) for an in range(debut.year, fin.year + 1))
        elif finesse == "month":
            yield from (date(annee, rang, 1) for rang in range(1, 13))
        else:
            premier = date(annee, mois, 1).toordinal()
            jours = (date.fromordinal(premier + rang) for rang in range(31))
            yield from (jour for jour in jours if jour.month == mois)


def _jour(instant: datetime) -> date:
    return timezone.localtime(instant).date()


def _coupe(jour: date, rang: int) -> tuple[int, ...]:
    return (jour.year, jour.month, jour.day)[:rang]
