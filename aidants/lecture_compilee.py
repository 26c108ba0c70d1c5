"""A queryset that is compiled once: what Django spends on each run is the rows' alone.

Some reads are the same each time, but for a value or two: the session of every page, the nine
tables of an exchanged code. To write their SQL anew takes the ORM longer than PostgreSQL takes to
answer them; and PostgreSQL, in its turn, keeps the plan of what it has prepared.
"""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Final, Generic, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models.query import get_related_populators
from psycopg.sql import Literal

from journal.curseurs import curseur_prepare

M = TypeVar("M", bound=models.Model)
# What stands in the queryset for the value of each run, by its type.
_REPERES: Final[dict[object, Callable[[int], Any]]] = {
    str: lambda rang: f"\x00valeur {rang}",
    uuid.UUID: lambda rang: uuid.uuid5(uuid.NAMESPACE_OID, str(rang)),
    datetime: lambda rang: datetime(1, 1, 1 + rang, tzinfo=UTC),
    list[str]: lambda rang: [f"\x00valeur {rang}"],
    list[uuid.UUID]: lambda rang: [uuid.uuid5(uuid.NAMESPACE_OID, str(rang))],
}


def parmi(champ: str, valeurs: list[Any], genre: "models.Field[Any, Any]") -> models.Func:
    """`champ` is one of `valeurs`: one parameter, where `IN` has as many as there are values."""
    return models.Func(
        models.F(champ),
        models.Value(valeurs, output_field=ArrayField(genre)),
        template="%(expressions)s)",
        arg_joiner=" = ANY (",
        output_field=models.BooleanField(),
    )


class LectureCompilee(Generic[M]):
    """`requete` gives the queryset; it is called once, with what stands for each named value.

    All other parameters are fixed for ever: a queryset with a date of today has no place here.
    What is not to be prepared is planned anew for its values: a plan made for every structure is
    not that of the largest.
    """

    def __init__(
        self,
        requete: "Callable[..., models.QuerySet[M]]",
        *,
        preparee: bool = True,
        **valeurs: object,
    ) -> None:
        self._requete = requete
        self._preparee = preparee
        self._reperes = {
            nom: _REPERES[genre](rang) for rang, (nom, genre) in enumerate(valeurs.items())
        }

    def lire(self, **valeurs: Any) -> M | None:
        """The first row, or nothing."""
        with self._curseur() as curseur:
            curseur.execute(self._sql, self._remplir(valeurs))
            ligne = curseur.fetchone()
        return None if ligne is None else self._former(ligne)

    def toutes(self, **valeurs: Any) -> list[M]:
        return [self._former(ligne) for ligne in self._lignes(valeurs)]

    def colonne(self, **valeurs: Any) -> list[Any]:
        """The first column alone, as PostgreSQL gives it: of `values_list`."""
        return [ligne[0] for ligne in self._lignes(valeurs)]

    def _curseur(self) -> Any:
        """Of the thread that reads: a connection belongs to one."""
        return curseur_prepare() if self._preparee else connection.cursor()

    def _lignes(self, valeurs: dict[str, Any]) -> list[Any]:
        with self._curseur() as curseur:
            curseur.execute(self._sql, self._remplir(valeurs))
            return list(curseur.fetchall())

    def _remplir(self, valeurs: dict[str, Any]) -> list[Any]:
        return [valeurs[nom] for nom in self._noms]

    @cached_property
    def _compilateur(self) -> Any:
        requete: Any = self._requete(**self._reperes).query
        compilateur = requete.get_compiler(connection=connection)
        compilateur.fixe = compilateur.as_sql()
        return compilateur

    @cached_property
    def _sql(self) -> str:
        """The statement, with what never changes written in it: the planner counts with that."""
        debut, *suites = self._compilateur.fixe[0].split("%s")
        return str(debut) + "".join(map(self._ecrire, self._compilateur.fixe[1], suites))

    def _ecrire(self, parametre: Any, suite: str) -> str:
        if self._nom(parametre):
            return f"%s{suite}"
        return Literal(parametre).as_string(connection.connection).replace("%", "%%") + suite

    @cached_property
    def _noms(self) -> list[str]:
        """The values of each run, in the order of the statement."""
        return [nom for nom in map(self._nom, self._compilateur.fixe[1]) if nom]

    def _nom(self, parametre: Any) -> str | None:
        noms = (
            n for n, r in self._reperes.items() if type(r) is type(parametre) and r == parametre
        )
        return next(noms, None)

    @cached_property
    def _convertisseurs(self) -> Any:
        expressions = [colonne for colonne, _, _ in self._compilateur.select]
        return self._compilateur.get_converters(expressions)

    @cached_property
    def _peupler(self) -> Any:
        return get_related_populators(  # type: ignore[call-arg]  # the hints are of another Django
            self._compilateur.klass_info, self._compilateur.select, connection.alias
        )

    @cached_property
    def _colonnes(self) -> tuple[int, int, list[str]]:
        """Where the model's own columns are, and their names."""
        colonnes = self._compilateur.klass_info["select_fields"]
        noms = [self._compilateur.select[i][0].target.attname for i in colonnes]
        return colonnes[0], colonnes[-1] + 1, noms

    def _former(self, ligne: Any) -> M:
        """What Django's own iteration does with a row (django.db.models.query.ModelIterable)."""
        compilateur, (debut, fin, noms) = self._compilateur, self._colonnes
        (valeurs,) = compilateur.apply_converters([ligne], self._convertisseurs)
        objet: M = compilateur.klass_info["model"].from_db(
            connection.alias, noms, valeurs[debut:fin]
        )
        for peupleur in self._peupler:
            peupleur.populate(valeurs, objet)
        for nom, place in compilateur.annotation_col_map.items():
            setattr(objet, nom, valeurs[place])
        return objet
