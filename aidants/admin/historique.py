"""The history of an object of the admin: what the journal says of it, and no other log."""

from typing import Any, TypeVar

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from aidants.demarches import DEMARCHES
from journal.actions import CONSULTATION_USAGER
from journal.models import Entree

M = TypeVar("M", bound=Model)
LIGNES = 100


def raconter(entree: Entree) -> str:
    """The sentence, without the usager's name (regles.md, section 8)."""
    demarche = DEMARCHES.get(entree.demarche)
    return entree.phrase(demarche.titre if demarche else "", nommer_usager=False)


def _dernieres(entrees: QuerySet[Entree]) -> QuerySet[Entree]:
    return entrees.select_related("sujet").order_by("-id")[:LIGNES]


class AvecHistorique(admin.ModelAdmin[M]):
    """Django's log would be a second journal, unsealed, with the words of others in it."""

    def historique(self, request: HttpRequest, objet: M) -> QuerySet[Entree]:
        """What this person may read in the journal about this object."""
        return Entree.objects.none()

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        objet = self.get_object(request, unquote(object_id))
        if objet is None:
            # Django's own answer to an unknown id; its hints leave this method out.
            return self._get_obj_does_not_exist_redirect(  # type: ignore[attr-defined, no-any-return]  # Django's own, without a hint
                request, self.opts, object_id
            )
        if not self.has_view_permission(request, objet):
            raise PermissionDenied
        entrees = self.historique(request, objet).exclude(action=CONSULTATION_USAGER.cle)
        contexte = {
            **self.admin_site.each_context(request),
            "title": f"Historique : {objet}",
            "object": objet,
            "opts": self.opts,
            "lignes": [(e.instant, raconter(e)) for e in _dernieres(entrees)],
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/object_history.html", contexte)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Nothing: the journal has it."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Nothing: the journal has it."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Nothing: nobody deletes."""
