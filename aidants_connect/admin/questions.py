"""The questions of the public in the admin: the supervision writes them, each write journaled."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from aidants.admin.roles import EcritureVerifiee, LectureSeule, compte
from aidants.administration import site
from aidants_connect.models import QuestionFrequente


@admin.register(QuestionFrequente, site=site)
class QuestionFrequenteAdmin(EcritureVerifiee[QuestionFrequente], LectureSeule[QuestionFrequente]):
    """Written and withdrawn (« publiée »), never deleted."""

    fields = ["question", "reponse", "rubrique", "ordre", "publiee"]
    list_display = ["question", "rubrique", "ordre", "publiee", "modifiee_le"]
    list_filter = ["rubrique", "publiee"]
    filtres = frozenset({"rubrique", "publiee"})
    search_fields = ["question", "reponse"]
    search_help_text = "Un mot de la question ou de la réponse"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return compte(request).supervision

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return compte(request).supervision

    def save_model(
        self, request: HttpRequest, obj: QuestionFrequente, form: Any, change: bool
    ) -> None:
        QuestionFrequente.objects.enregistrer(obj, par=compte(request).auteur)
