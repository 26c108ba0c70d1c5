"""Who may do what in the admin: the supervision everything offered, a manager reads their own."""

from typing import Any, TypeVar, cast

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
    """Read by the supervision; nobody adds, changes or deletes."""

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
