"""Who may do what in the admin: the supervision everything offered, a manager reads their own."""

from typing import Any, ClassVar, NoReturn, TypeVar, cast

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from aidants import connexion
from aidants.acces import RequeteConnectee
from aidants.admin.historique import AvecHistorique
from aidants.middleware import demander_reprise
from aidants.models import Aidant, Structure

M = TypeVar("M", bound=Model)

# What Django's own filters and date hierarchies write in an address after a field's name.
COMPARAISONS = {"exact", "isnull", "year", "month", "day", "gte", "lt"}


def compte(request: HttpRequest) -> Aidant:
    return cast("Aidant", request.user)


def structures_gerees(request: HttpRequest) -> QuerySet[Structure]:
    return Structure.objects.gerees_par(compte(request).pk)


class LectureSeule(AvecHistorique[M]):
    """Read by the supervision; nobody adds, changes or deletes.

    A list is filtered by the fields of `filtres` alone: Django would let an address try the letters
    of any column, a password's hash among them.
    """

    filtres: ClassVar[frozenset[str]] = frozenset()
    liste_vide: ClassVar[str] = "Rien pour l’instant."
    show_facets = admin.ShowFacets.NEVER  # a count by choice of each filter costs a query each

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        champ, _, comparaison = lookup.rpartition("__")
        return lookup in self.filtres or (champ in self.filtres and comparaison in COMPARAISONS)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return compte(request).supervision

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> NoReturn:
        """What is not theirs does not exist: a 404, where Django would redirect with its id."""
        raise Http404


class LectureDesResponsables(LectureSeule[M]):
    """Read by the supervision and, scoped by `get_queryset`, by managers."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return compte(request).is_staff


class EcritureVerifiee(admin.ModelAdmin[M]):
    """What is saved asks a code given less than five minutes ago; what was typed is kept."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        return self._code_demande(request) or super().changeform_view(
            request, object_id, form_url, extra_context
        )

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        return self._code_demande(request) or super().changelist_view(request, extra_context)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> Any:
        return self._code_demande(request) or super().delete_view(request, object_id, extra_context)

    def _code_demande(self, request: HttpRequest) -> HttpResponseBase | None:
        if request.method != "POST" or connexion.code_recent(request):
            return None
        return demander_reprise(cast("RequeteConnectee", request))
