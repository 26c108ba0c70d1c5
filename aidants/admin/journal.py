"""The journal, read-only: the supervision reads it all, a manager their structures' part of it."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from aidants.admin.roles import LectureDesResponsables, compte, structures_gerees
from aidants.administration import site
from aidants.demarches import DEMARCHES
from journal.actions import ACTIONS
from journal.models import Entree


class FiltreAction(admin.SimpleListFilter):
    title = "action"
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [(action.cle, action.libelle) for action in ACTIONS.values()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entree]) -> QuerySet[Entree]:
        return queryset.filter(action=self.value()) if self.value() in ACTIONS else queryset


@admin.register(Entree, site=site)
class EntreeAdmin(LectureDesResponsables[Entree]):
    list_display = ["instant", "libelle", "recit", "structure_nom"]
    list_filter = [FiltreAction]
    filtres = frozenset({"instant", FiltreAction.parameter_name})
    list_select_related = ["sujet"]
    date_hierarchy = "instant"
    fields = [
        "instant", "libelle", "recit", "structure_nom", "fs_nom", "demarche", "auteur_genre",
        "details", "acte",
    ]  # fmt: skip
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entree]:
        tout = super().get_queryset(request)
        if compte(request).supervision:
            return tout
        refs = [str(pk) for pk in structures_gerees(request).values_list("pk", flat=True)]
        return Entree.objects.de_structures(refs).sans_consultations().order_by("-id")

    @admin.display(description="action", ordering="action")
    def libelle(self, entree: Entree) -> str:
        return entree.libelle

    @admin.display(description="ce qui s’est passé")
    def recit(self, entree: Entree) -> str:
        """The sentence, without the usager's name (regles.md, section 8)."""
        demarche = DEMARCHES.get(entree.demarche)
        return entree.phrase(demarche.titre if demarche else "", nommer_usager=False)
