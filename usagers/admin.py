"""What the parcours shows, kept up to date by the supervision alone."""

from typing import Any, ClassVar, TypeVar

from django import forms
from django.contrib import admin
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from aidants.admin.champs import Cases
from aidants.admin.roles import EcritureVerifiee, LectureSeule, compte
from aidants.administration import site
from aidants.demarches import CHOIX
from usagers.models import (
    DonneePublique,
    FournisseurIdentite,
    LieuFormation,
    PassageParcours,
    SiteDemarche,
)

D = TypeVar("D", bound=DonneePublique)


class DonneePubliqueAdmin(EcritureVerifiee[D], LectureSeule[D]):
    """Every add, change and delete goes through the model's own doors, which journal it."""

    formfield_overrides: ClassVar[dict[Any, Any]] = {models.URLField: {"assume_scheme": "https"}}
    list_filter = ["actif"]
    filtres: ClassVar[frozenset[str]] = frozenset({"actif"})
    search_fields = ["nom"]
    search_help_text = "Nom"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return compte(request).supervision

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return compte(request).supervision

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return compte(request).supervision

    def save_model(self, request: HttpRequest, obj: D, form: Any, change: bool) -> None:
        obj.enregistrer(par=compte(request).auteur)

    def delete_model(self, request: HttpRequest, obj: D) -> None:
        obj.retirer(par=compte(request).auteur)

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[D]) -> None:
        for donnee in queryset:
            donnee.retirer(par=compte(request).auteur)


@admin.register(FournisseurIdentite, site=site)
class FournisseurIdentiteAdmin(DonneePubliqueAdmin[FournisseurIdentite]):
    list_display = ["nom", "pour_qui", "lien", "ordre", "actif"]
    fields = ["nom", "pour_qui", "il_faut", "lien", "recuperation", "ordre", "actif"]


@admin.register(LieuFormation, site=site)
class LieuFormationAdmin(DonneePubliqueAdmin[LieuFormation]):
    list_display = ["nom", "adresse", "telephone", "lien", "ordre", "actif"]
    fields = ["nom", "precision", "adresse", "telephone", "lien", "ordre", "actif"]


class SiteDemarcheForm(forms.ModelForm[SiteDemarche]):
    demarches = forms.MultipleChoiceField(label="Démarches", choices=CHOIX, widget=Cases)


@admin.register(SiteDemarche, site=site)
class SiteDemarcheAdmin(DonneePubliqueAdmin[SiteDemarche]):
    form = SiteDemarcheForm
    list_display = ["nom", "adresse", "demarches_lues", "ordre", "actif"]
    fields = ["nom", "adresse", "demarches", "ordre", "actif"]

    @admin.display(description="démarches")
    def demarches_lues(self, donnee: SiteDemarche) -> str:
        return ", ".join(donnee.titres)


@admin.register(PassageParcours, site=site)
class PassageParcoursAdmin(LectureSeule[PassageParcours]):
    list_display = ["jour", "issue", "nombre"]
    list_filter = ["issue"]
    filtres = frozenset({"issue", "jour"})
    date_hierarchy = "jour"
