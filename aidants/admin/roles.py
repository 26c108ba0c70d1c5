"""Who may do what in the admin: the supervision everything offered, a manager reads their own."""

from typing import Any, ClassVar, TypeVar, cast

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from aidants.models import Aidant, Structure

M = TypeVar("M", bound=Model)


def compte(request: HttpRequest) -> Aidant:
    return cast("Aidant", request.user)


def structures_gerees(request: HttpRequest) -> QuerySet[Structure]:
    return Structure.objects.gerees_par(compte(request).pk)


class LectureSeule(admin.ModelAdmin[M]):
    """Read by the supervision; nobody adds, changes or deletes.

    A list is filtered by the fields of `filtres` alone: Django would let an address try the letters
    of any column, a password's hash among them.
    """

    filtres: ClassVar[frozenset[str]] = frozenset()

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup.partition("__")[0] in self.filtres

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


class LectureDesResponsables(LectureSeule[M]):
    """Read by the supervision and, scoped by `get_queryset`, by managers."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return compte(request).is_staff
