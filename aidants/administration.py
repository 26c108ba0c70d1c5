"""The admin site of managers and of the supervision: a second factor, and each to their own."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from aidants.acces import est_verifie


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
        """One login for the whole site."""
        return HttpResponseRedirect(reverse("connexion"))

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # type: ignore[override]
        """The site's own logout writes the journal: the admin's page leads to it."""
        return HttpResponseRedirect(reverse("accueil"))


site = Administration(name="admin")
