"""Long lists, counted up to a bound: counting every row costs more than showing twenty."""

from functools import cached_property
from typing import Any, cast

from django.core.paginator import Paginator
from django.db.models import QuerySet


class PaginateurBorne(Paginator[Any]):
    """Counts no further than `borne`: who looks for one row of thousands types a name."""

    borne = 500

    @cached_property
    def _trouves(self) -> int:
        lignes = cast("QuerySet[Any]", self.object_list)
        return lignes.order_by().values("pk")[: self.borne + 1].count()

    @cached_property
    def count(self) -> int:
        return min(self._trouves, self.borne)

    @property
    def deborde(self) -> bool:
        """Whether the list goes on beyond its last page."""
        return self._trouves > self.borne


class PaginateurAdmin(PaginateurBorne):
    borne = 5_000
