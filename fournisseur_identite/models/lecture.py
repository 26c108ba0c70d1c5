"""A queryset that is compiled once: what Django spends on each run is the row's alone.

The exchange of a code reads nine tables at once, under lock. To write that SQL anew takes the ORM
longer than PostgreSQL takes to answer it; it is the same each time, but for one value.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any, Final, Generic, TypeVar

from django.db import connection, models
from django.db.models.query import get_related_populators

M = TypeVar("M", bound=models.Model)
VALEUR: Final = "\x00valeur"  # stands in the queryset for the value of each run


class LectureCompilee(Generic[M]):
    """One row, by one value; `requete` gives the queryset, with `VALEUR` in its place.

    All other parameters are fixed for ever: a queryset with a date of today has no place here.
    """

    def __init__(self, requete: Callable[[], "models.QuerySet[M]"]) -> None:
        self._requete = requete

    def lire(self, valeur: str) -> M | None:
        with connection.cursor() as curseur:
            curseur.execute(self._sql, [valeur if p == VALEUR else p for p in self._parametres])
            ligne = curseur.fetchone()
        return None if ligne is None else self._former(ligne)

    @cached_property
    def _compilateur(self) -> Any:
        requete: Any = self._requete().query
        compilateur = requete.get_compiler(connection=connection)
        compilateur.fixe = compilateur.as_sql()
        return compilateur

    @property
    def _sql(self) -> str:
        return str(self._compilateur.fixe[0])

    @property
    def _parametres(self) -> tuple[Any, ...]:
        return tuple(self._compilateur.fixe[1])

    @cached_property
    def _convertisseurs(self) -> Any:
        expressions = [colonne for colonne, _, _ in self._compilateur.select]
        return self._compilateur.get_converters(expressions)

    @cached_property
    def _peupler(self) -> Any:
        # The stubs are those of another Django.
        return get_related_populators(  # type: ignore[call-arg]  # the hints lag behind Django
            self._compilateur.klass_info, self._compilateur.select, connection.alias
        )

    def _former(self, ligne: Any) -> M:
        """What Django's own iteration does with a row (django.db.models.query.ModelIterable)."""
        compilateur = self._compilateur
        (valeurs,) = compilateur.apply_converters([ligne], self._convertisseurs)
        colonnes = compilateur.klass_info["select_fields"]
        noms = [compilateur.select[i][0].target.attname for i in colonnes]
        objet: M = compilateur.klass_info["model"].from_db(
            connection.alias, noms, valeurs[colonnes[0] : colonnes[-1] + 1]
        )
        for peupleur in self._peupler:
            peupleur.populate(valeurs, objet)
        for nom, place in compilateur.annotation_col_map.items():
            setattr(objet, nom, valeurs[place])
        return objet
