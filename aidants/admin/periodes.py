"""The years, months and days by which the journal is read, from its first line to its last.

Django's own hierarchy asks the database for each date that has a line: it reads them all.
"""

from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import Max, Min
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst

from journal.models import Entree

if TYPE_CHECKING:
    from aidants.admin.liste_journal import ListeDuJournal

CHAMPS = ("instant__year", "instant__month", "instant__day")
FORMATS = ("Y", "YEAR_MONTH_FORMAT", "MONTH_DAY_FORMAT")
ANNEE_MIN, ANNEE_MAX = 2000, 9000  # a calendar has ends
Choix = dict[str, str]


@dataclass(frozen=True)
class Periodes:
    """The period that an address asks for: nothing, a year, a month or a day."""

    demandee: tuple[int, ...]
    lien: Callable[[dict[str, Any]], str]

    @classmethod
    def de(cls, liste: "ListeDuJournal") -> "Periodes":
        """Take the period out of the filters of a list; IncorrectLookupParameters for no date."""
        textes = [liste.params.get(champ) for champ in CHAMPS]
        donnes = [texte for texte in textes if texte is not None]
        if textes[: len(donnes)] != donnes:
            raise IncorrectLookupParameters("A month needs its year, a day its month.")
        try:
            demandee = tuple(int(texte) for texte in donnes)
            if demandee and not ANNEE_MIN <= demandee[0] <= ANNEE_MAX:
                raise ValueError(demandee[0])
            _jours(demandee)
        except (ValueError, OverflowError) as erreur:
            raise IncorrectLookupParameters("This date does not exist.") from erreur
        return cls(demandee, lambda valeurs: liste.get_query_string(valeurs, ["instant__"]))

    @property
    def bornes(self) -> tuple[datetime, datetime] | None:
        if not self.demandee:
            return None
        premier, dernier = _jours(self.demandee)
        return _minuit(premier), _minuit(dernier + timedelta(days=1))

    @property
    def retour(self) -> Choix | None:
        """The period around this one."""
        if not self.demandee:
            return None
        plus_large = self.demandee[:-1]
        titre = _titre(plus_large) if plus_large else "Toutes les dates"
        return {"title": titre, "link": self._adresse(plus_large)}

    @property
    def choix(self) -> list[Choix]:
        """The periods inside this one; a day has none, and says which it is."""
        if len(self.demandee) == len(CHAMPS):
            return [{"title": _titre(self.demandee)}]
        return [{"title": _titre(p), "link": self._adresse(p)} for p in self._dedans()]

    def _adresse(self, periode: tuple[int, ...]) -> str:
        return self.lien(dict(zip(CHAMPS, periode, strict=False)))

    def _dedans(self) -> Iterator[tuple[int, ...]]:
        """The next level, within what the journal spans: two looks at its index."""
        etendue = Entree.objects.aggregate(premier=Min("instant"), dernier=Max("instant"))
        if etendue["premier"] is None:
            return
        premier, dernier = (timezone.localdate(etendue[n]) for n in ("premier", "dernier"))
        for suivant in _suivants(self.demandee, premier, dernier):
            debut, fin = _jours((*self.demandee, suivant))
            if debut <= dernier and fin >= premier:
                yield (*self.demandee, suivant)


def _suivants(periode: tuple[int, ...], premier: date, dernier: date) -> range:
    if not periode:
        return range(premier.year, dernier.year + 1)
    if len(periode) == 1:
        return range(1, 13)
    return range(1, monthrange(*periode[:2])[1] + 1)


def _jours(periode: tuple[int, ...]) -> tuple[date, date]:
    """The first and the last day; ValueError when there is no such date."""
    annee, mois, jour = (*periode, *(1, 1, 1)[len(periode) :]) if periode else (1, 1, 1)
    premier = date(annee, mois, jour)
    if len(periode) == 1:
        return premier, premier.replace(month=12, day=31)
    if len(periode) == 2:
        return premier, premier.replace(day=monthrange(annee, mois)[1])
    return premier, premier


def _minuit(jour: date) -> datetime:
    return timezone.make_aware(datetime.combine(jour, time.min))


def _titre(periode: tuple[int, ...]) -> str:
    return capfirst(date_format(_jours(periode)[0], FORMATS[len(periode) - 1]))
