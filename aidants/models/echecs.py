"""Failed tries, counted in PostgreSQL: a cache that is down must not open the gate.

A counter is named by a keyed hash (an account, an address, a code's locator): the table tells
nobody's name. Tries are slowed down, never locked for good.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, Error, connection, models, transaction
from django.db.models import Q
from django.utils import timezone

from aidants.attentes import est_attente
from aidants.empreintes import empreinte, empreintes

CONSERVATION = timedelta(days=2)


@dataclass(frozen=True, kw_only=True)
class Seuil:
    """So many failures in a window; beyond, wait a delay that doubles, up to a maximum."""

    nombre: int
    fenetre: timedelta
    attente: timedelta = timedelta(seconds=15)
    attente_max: timedelta = timedelta(minutes=15)

    def attente_apres(self, echecs: int) -> timedelta:
        """Return how long to wait after the last of `echecs` failures."""
        if echecs < self.nombre:
            return timedelta()
        facteur = 2 ** min(echecs - self.nombre, 12)
        return min(self.attente * int(facteur), self.attente_max)


@dataclass(frozen=True, kw_only=True)
class Compteur:
    """What is counted (`usage` and `valeur`), and the thresholds that hold for it."""

    usage: str
    valeur: str
    seuils: tuple[Seuil, ...]

    @property
    def cle(self) -> str:
        return empreinte(self.valeur, usage=f"echec:{self.usage}")

    @property
    def cles(self) -> list[str]:
        """With those of the old keys: a new pepper gives nobody new tries."""
        return empreintes(self.valeur, usage=f"echec:{self.usage}")


class EchecQuerySet(models.QuerySet["Echec"]):
    def freine_jusqua(self, compteurs: Sequence[Compteur]) -> datetime | None:
        """Return when the next try is allowed, or None for now.

        Inside a transaction, tries on the same counters pass one after the other: parallel
        requests cannot all read the count before one of them adds to it.
        """
        seuils = [(compteur.cles, seuil) for compteur in compteurs for seuil in compteur.seuils]
        _serialiser({cle for cles, _ in seuils for cle in cles})
        maintenant = timezone.now()
        echeances = _echeances(seuils, maintenant)
        return max((e for e in echeances if e and e > maintenant), default=None)

    @transaction.atomic
    def tenter(self, compteurs: Sequence[Compteur]) -> list[int] | None:
        """Count a try before it is made; None when it must wait. A success gives it back.

        Nothing stays locked while a password is checked.
        """
        if self.freine_jusqua(compteurs):
            return None
        return self.noter(compteurs)

    def rendre(self, essai: Sequence[int]) -> None:
        """Uncount a try that succeeded, and what its browser had missed before it."""
        premier = self.filter(pk=essai[0]).values("cle")
        self.filter(Q(pk__in=essai) | Q(cle__in=premier)).delete()

    def annuler(self, essai: Sequence[int]) -> None:
        """Uncount a try that nobody judged; what was missed before it stays counted."""
        self.filter(pk__in=essai).delete()

    @contextmanager
    def annule_si_occupe(self, essai: Sequence[int]) -> Iterator[None]:
        """Uncount the try, if what would judge it cannot have its turn: it is not spent in vain."""
        try:
            yield
        except DatabaseError as erreur:
            if est_attente(erreur):
                with suppress(Error):  # without a connection nothing can be given back
                    self.annuler(essai)
            raise

    def noter(self, compteurs: Sequence[Compteur]) -> list[int]:
        """Count one failure on each counter; return the rows, the narrowest counter's first."""
        instant = timezone.now()
        lignes = self.bulk_create([Echec(cle=c.cle, instant=instant) for c in compteurs])
        return [ligne.pk for ligne in lignes]

    def perimes(self, instant: datetime) -> "EchecQuerySet":
        """Those that no threshold counts any more."""
        return self.filter(instant__lt=instant - CONSERVATION)


class Echec(models.Model):
    cle = models.CharField(max_length=64)
    instant = models.DateTimeField()

    objects = EchecQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["cle", "instant"], name="echec_par_cle")]

    def __str__(self) -> str:
        return f"Échec du {self.instant:%d/%m/%Y %H:%M}"


_SQL = """
SELECT seuil.rang, count(*), max(echec.instant)
FROM unnest(%s::int[], %s::text[], %s::timestamptz[]) AS seuil (rang, cle, depuis)
JOIN aidants_echec AS echec ON echec.cle = seuil.cle AND echec.instant > seuil.depuis
GROUP BY seuil.rang
"""


def _echeances(
    seuils: list[tuple[list[str], Seuil]], maintenant: datetime
) -> list[datetime | None]:
    """When each threshold that has failures in its window lets go; one statement for all."""
    lignes = [
        (rang, cle, maintenant - seuil.fenetre)
        for rang, (cles, seuil) in enumerate(seuils)
        for cle in cles
    ]
    with connection.cursor() as curseur:
        curseur.execute(_SQL, [[ligne[colonne] for ligne in lignes] for colonne in range(3)])
        return [_echeance(seuils[rang][1], *bilan) for rang, *bilan in curseur.fetchall()]


def _echeance(seuil: Seuil, nombre: int, dernier: datetime) -> datetime | None:
    attente = seuil.attente_apres(nombre)
    return dernier + attente if attente else None


def _serialiser(cles: set[str]) -> None:
    verrous = sorted(int(cle[:15], 16) for cle in cles)  # in one order: nobody waits in a circle
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT pg_advisory_xact_lock(cle) FROM unnest(%s::bigint[]) AS cle", [verrous]
        )
