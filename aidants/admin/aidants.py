from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest

from aidants.admin.roles import LectureDesResponsables, compte, structures_gerees
from aidants.administration import site
from aidants.models import Aidant, Appartenance


@admin.register(Aidant, site=site)
class AidantAdmin(LectureDesResponsables[Aidant]):
    list_display = ["nom", "prenom", "courriel", "is_active", "last_login"]
    list_filter = ["is_active", "supervision"]
    filtres = frozenset({"is_active", "supervision"})
    search_fields = ["nom", "prenom", "courriel"]
    search_help_text = "Nom, prénom ou adresse électronique"
    fields = ["prenom", "nom", "courriel", "profession", "is_active", "supervision", "last_login"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Aidant]:
        tous = super().get_queryset(request)
        if compte(request).supervision:
            return tous
        ici = Appartenance.objects.ouvertes().filter(
            aidant=OuterRef("pk"), structure__in=structures_gerees(request)
        )
        return tous.filter(Exists(ici))
