from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from aidants.admin.roles import LectureDesResponsables, compte, structures_gerees
from aidants.administration import site
from aidants.models import Structure


@admin.register(Structure, site=site)
class StructureAdmin(LectureDesResponsables[Structure]):
    list_display = ["nom", "commune", "code_postal", "telephone", "active"]
    list_filter = ["active"]
    filtres = frozenset({"active"})
    search_fields = ["nom", "commune"]
    search_help_text = "Nom ou commune"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Structure]:
        if compte(request).supervision:
            return super().get_queryset(request)
        return structures_gerees(request)
