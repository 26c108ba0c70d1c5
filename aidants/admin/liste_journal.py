"""The pages of the journal's list: from one id to the next, never by rank, never counted.

A page begins below an id (`avant`) or above one (`apres`). What is written meanwhile moves nothing:
no line is seen twice nor missed, and the thousandth page costs what the first does.
"""

from typing import Any, cast

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.db.models.expressions import Combinable
from django.http import HttpRequest

from aidants.admin.periodes import CHAMPS, Periodes
from journal.models import EntreeQuerySet

AVANT, APRES = "avant", "apres"  # the words of the address
CLE_MAX = 2**63 - 1


class ListeDuJournal(ChangeList):
    """Django's list, where pages are told by ids and a period by its bounds."""

    tout_en_haut = plus_recentes = plus_anciennes = ""  # the addresses of the pages beside this one

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        self.avant, self.apres = self._borne(AVANT), self._borne(APRES)
        self.periodes = Periodes.de(self)
        lignes = cast("EntreeQuerySet", super().get_queryset(request, exclude_parameters))
        self.clear_all_filters_qs = "?"
        if self.periodes.bornes is None:
            return lignes
        self.has_active_filters = True
        return lignes.entre(*self.periodes.bornes)

    def get_filters_params(self, params: Any = None) -> Any:
        """The filters without the period, which `Periodes` reads."""
        retenus = super().get_filters_params(params)
        return {nom: valeur for nom, valeur in retenus.items() if nom not in CHAMPS}

    def _borne(self, nom: str) -> int | None:
        """Take an id out of the address: the links of this page begin at the first page again."""
        self.filter_params.pop(nom, None)
        texte = self.params.pop(nom, None)
        if texte is None:
            return None
        if not (texte.isascii() and texte.isdigit() and int(texte) <= CLE_MAX):
            raise IncorrectLookupParameters(f"No line has this id: {nom}")
        return int(texte)

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[str | Combinable]:
        """Ids alone tell pages; lines are read in the order in which they were written."""
        return ["-pk"]

    def get_results(self, request: HttpRequest) -> None:
        """One page, and one line more, which tells whether another page follows."""
        lignes, vers_le_haut = self.queryset, self.apres is not None
        if vers_le_haut:
            lignes = lignes.filter(pk__gt=self.apres).order_by("pk")
        elif self.avant is not None:
            lignes = lignes.filter(pk__lt=self.avant)
        # Joined, the subjects of all lines may be walked up to those of the page.
        lues = list(lignes.prefetch_related("sujet")[: self.list_per_page + 1])
        page = lues[: self.list_per_page]
        self.result_list = page[::-1] if vers_le_haut else page
        self.result_count = self.full_result_count = len(page)
        self.multi_page = self.can_show_all = self.show_full_result_count = False
        self.show_admin_actions = False
        self._voisines(len(lues) > len(page))

    def _voisines(self, suite: bool) -> None:
        """There are lines on the side that this page was reached from."""
        vers_le_haut = self.apres is not None
        if not self.result_list:
            return
        if suite if vers_le_haut else self.avant is not None:
            self.tout_en_haut = self.get_query_string()
            self.plus_recentes = self.get_query_string({APRES: self.result_list[0].pk})
        if suite or vers_le_haut:
            self.plus_anciennes = self.get_query_string({AVANT: self.result_list[-1].pk})
