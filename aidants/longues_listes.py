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


class PaginateurLu(PaginateurBorne):
    """Reads the keys up to the bound, at once: the count and every page are in them."""

    def __init__(self, cles: "QuerySet[Any, Any] | list[Any]", par_page: int) -> None:
        super().__init__(list(dict.fromkeys(cles[: self.borne + 1])), par_page)

    @cached_property
    def _trouves(self) -> int:
        return len(self.object_list)


class PaginateurAdmin(PaginateurBorne):
    borne = 5_000
