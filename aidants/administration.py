"""The admin site of managers and of the supervision: a second factor, and each to their own."""

from typing import Any, cast

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, URLResolver, reverse

from aidants.acces import est_verifie
from aidants.connexion import fermer_session
from aidants.models import Aidant


class Administration(AdminSite):
    """Open to the supervision and to managers, once their code is given; one login for all."""

    site_header = "Aidants Connect - Administration"
    site_title = "Administration"
    index_title = "Administration"
    site_url = "/"
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        return est_verifie(request) and request.user.is_staff

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """One login for the whole site; who is logged in without a role here is refused."""
        if self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        if est_verifie(request):
            raise PermissionDenied
        return HttpResponseRedirect(reverse("connexion"))

    # Django annotates TemplateResponse; its only caller, the URL, takes any response.
    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # type: ignore[override]
        """Close the session as the rest of the site does, with its journal row."""
        if request.method == "POST" and est_verifie(request):
            fermer_session(request, cast("Aidant", request.user))
        return HttpResponseRedirect(reverse("accueil"))

    def get_urls(self) -> list[URLResolver | URLPattern]:
        """Without the admin's own change of password, which would write no journal row.

        Nor its redirections to objects, which fail on an id of another form.
        """
        ecartes = ("password_change", "password_change_done", "view_on_site")
        return [url for url in super().get_urls() if getattr(url, "name", None) not in ecartes]


site = Administration(name="admin")
