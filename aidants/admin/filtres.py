"""Filters of the admin's lists that stay within what the reader manages."""

import uuid
from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from aidants.admin.roles import compte, structures_gerees
from aidants.demarches import CHOIX, DEMARCHES
from aidants.models import Aidant, Appartenance
from journal.models import EntreeQuerySet


class FiltreStructure(admin.SimpleListFilter):
    """Among the structures managed; the supervision comes here from a structure's own page."""

    title = "structure"
    parameter_name = "structure"
    champ = "structure_id"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        gerees = structures_gerees(request)
        if compte(request).supervision:
            gerees = gerees.model.objects.filter(pk__in=self._demandee())
        lignes = [(str(pk), nom) for pk, nom in gerees.values_list("pk", "nom")]
        return lignes if len(lignes) > 1 or self._demandee() else []

    def _demandee(self) -> list[uuid.UUID]:
        try:
            return [uuid.UUID(self.value() or "")]
        except ValueError:
            return []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        permises = {cle for cle, _ in self.lookup_choices}
        if self.value() is None:
            return queryset
        return (
            queryset.filter(**{self.champ: self.value()})
            if self.value() in permises
            else queryset.none()
        )


class FiltreAidant(admin.SimpleListFilter):
    """One account, asked for from its own page: those of the structures managed, past ones too."""

    title = "aidant"
    parameter_name = "aidant"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        try:
            demande = uuid.UUID(self.value() or "")
        except ValueError:
            return []
        comptes = Aidant.objects.filter(pk=demande)
        if not compte(request).supervision:
            passes = Appartenance.objects.filter(structure__in=structures_gerees(request))
            comptes = comptes.filter(pk__in=passes.values("aidant_id"))
        return [(str(aidant.pk), aidant.nom_complet) for aidant in comptes]

    def has_output(self) -> bool:
        # Asked for from an account's page; one that may not be read filters too: nothing is found.
        return self.value() is not None

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() is None:
            return queryset
        refs = [cle for cle, _ in self.lookup_choices]
        return cast("EntreeQuerySet", queryset).de_personnes(refs)


class FiltreDemarche(admin.SimpleListFilter):
    title = "démarche"
    parameter_name = "demarche"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return list(CHOIX)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return (
            self.couvrant(queryset, self.value() or "") if self.value() in DEMARCHES else queryset
        )

    def couvrant(self, queryset: QuerySet[Any], demarche: str) -> QuerySet[Any]:
        return queryset.filter(demarche=demarche)
