"""Translations and videos in the admin: the supervision writes them, each write journaled."""

from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from aidants.admin.roles import EcritureVerifiee, LectureSeule, compte
from aidants.administration import site
from aidants_connect import catalogue
from aidants_connect.langues import LANGUES
from aidants_connect.lecture import empreinte, valeurs_de
from aidants_connect.models import Etat, Traduction, VideoSignes

SUPPRIMEE: Final = "Ce texte n’est plus sur le site."


class TraductionForm(forms.ModelForm[Traduction]):
    """Who saves says whether they have reviewed: nothing becomes reviewed by itself."""

    cle = forms.ChoiceField(
        label="Texte français", choices=lambda: list(catalogue.sources().items())
    )
    relue = forms.BooleanField(
        label="J’ai relu cette traduction\u00a0: elle dit la même chose que le texte français",
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            del self.fields["cle"]
        langue = LANGUES.get(self.instance.langue)
        if langue and "texte" in self.fields:
            self.fields["texte"].widget.attrs.update(lang=langue.code, dir=langue.sens)

    @property
    def source(self) -> str:
        cle = self.cleaned_data.get("cle") or self.instance.cle
        return catalogue.sources().get(cle, "")

    def clean_texte(self) -> str:
        texte = str(self.cleaned_data["texte"])
        if valeurs_de(texte) != valeurs_de(self.source):
            attendues = ", ".join(sorted(valeurs_de(self.source))) or "aucune"
            raise forms.ValidationError(f"Valeurs entre accolades attendues\u00a0: {attendues}.")
        return texte


class SourceChangee(admin.SimpleListFilter):
    title = "texte français"
    parameter_name = "source"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        return [("changee", "Changé depuis la traduction")]

    def queryset(self, request: Any, queryset: QuerySet[Traduction]) -> QuerySet[Traduction]:
        if self.value() != "changee":
            return queryset
        a_jour = Q()
        for cle, source in catalogue.sources().items():
            a_jour |= Q(cle=cle, source=empreinte(source))
        return queryset.exclude(a_jour)


@admin.register(Traduction, site=site)
class TraductionAdmin(EcritureVerifiee[Traduction], LectureSeule[Traduction]):
    """Written beside the French, and marked reviewed; never deleted."""

    form = TraductionForm
    list_display = ["texte_francais", "langue", "texte", "etat", "a_jour", "relue_le"]
    list_filter = ["langue", "etat", SourceChangee]
    filtres = frozenset({"langue", "etat", "source"})
    search_fields = ["cle", "texte"]
    search_help_text = "Un mot de la traduction, ou le nom du texte"
    list_per_page = 50
    actions = ["marquer_relues"]

    def get_fields(self, request: HttpRequest, obj: Traduction | None = None) -> Any:
        if obj is None:
            return ["cle", "langue", "texte", "relue"]
        return ["texte_francais", "a_jour", "langue", "texte", "etat", "relue_le", "relue"]

    def get_readonly_fields(self, request: HttpRequest, obj: Traduction | None = None) -> list[str]:
        return ["texte_francais", "a_jour", "langue", "etat", "relue_le"] if obj else []

    def has_add_permission(self, request: HttpRequest) -> bool:
        return compte(request).supervision

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return compte(request).supervision

    @admin.display(description="texte français")
    def texte_francais(self, traduction: Traduction) -> str:
        return catalogue.sources().get(traduction.cle, SUPPRIMEE)

    @admin.display(description="à jour", boolean=True)
    def a_jour(self, traduction: Traduction) -> bool:
        return traduction.source == empreinte(catalogue.sources().get(traduction.cle, ""))

    def save_model(self, request: HttpRequest, obj: Traduction, form: Any, change: bool) -> None:
        relue = form.cleaned_data["relue"]
        Traduction.objects.enregistrer(obj, source=form.source, relue=relue, par=compte(request))

    @admin.action(description="Marquer relues")
    @transaction.atomic
    def marquer_relues(self, request: HttpRequest, choisies: QuerySet[Traduction]) -> None:
        """Only those that still have their French text, and are not reviewed as it is now."""
        sources, nombre = catalogue.sources(), 0
        for traduction in choisies.select_for_update(of=("self",)):
            source = sources.get(traduction.cle)
            if source is None or (traduction.etat == Etat.RELUE and self.a_jour(traduction)):
                continue
            Traduction.objects.enregistrer(
                traduction, source=source, relue=True, par=compte(request)
            )
            nombre += 1
        self.message_user(
            request, f"Traductions marquées relues\u00a0: {nombre}.", messages.SUCCESS
        )


@admin.register(VideoSignes, site=site)
class VideoSignesAdmin(EcritureVerifiee[VideoSignes], LectureSeule[VideoSignes]):
    """One address for each page; emptied, it is no longer shown."""

    fields = ["page", "adresse"]
    list_display = ["page", "adresse", "modifiee_le"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def get_readonly_fields(
        self, request: HttpRequest, obj: VideoSignes | None = None
    ) -> list[str]:
        return ["page"] if obj else []

    def has_add_permission(self, request: HttpRequest) -> bool:
        return compte(request).supervision

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return compte(request).supervision

    def save_model(self, request: HttpRequest, obj: VideoSignes, form: Any, change: bool) -> None:
        VideoSignes.objects.enregistrer(obj, par=compte(request).auteur)
