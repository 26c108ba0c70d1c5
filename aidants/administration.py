"""The admin site of managers and of the supervision: a second factor, and each to their own."""

import functools
from collections.abc import Callable
from typing import Any, ClassVar, cast

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, URLResolver, reverse

from aidants.acces import RequeteConnectee, cle_due, est_verifie
from aidants.connexion import fermer_session
from aidants.middleware import demander_cle
from aidants.models import Aidant

Tableau = Callable[[HttpRequest], dict[str, Any]]


class Administration(AdminSite):
    """Open to the supervision and to managers, once their code is given; one login for all."""

    site_header = "Administration"
    site_title = "Administration - Aidants Connect"
    index_title = "Administration"
    site_url = "/"
    enable_nav_sidebar = False  # it needs JavaScript: the lists stand in the header
    empty_value_display = "néant"
    # What the first page shows above the lists; the apps higher up know how to count.
    tableaux: ClassVar[list[Tableau]] = []
    # The lists in the order in which one needs them; another one comes after.
    RUBRIQUES: ClassVar[tuple[str, ...]] = (
        "Structure", "Aidant", "Invitation", "CarteTotp", "Mandat", "Entree", "FournisseurService",
        "CleSignature",
    )  # fmt: skip

    def has_permission(self, request: HttpRequest) -> bool:
        return est_verifie(request) and request.user.is_staff

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Every page comes through here: the national team owes its passkey first."""
        ouverte = super().admin_view(view, cacheable)

        @functools.wraps(ouverte)
        def gardee(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if cle_due(request) and view != self.logout:
                return demander_cle(cast("RequeteConnectee", request))
            return ouverte(request, *args, **kwargs)

        return gardee

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        contexte = super().each_context(request)
        listes = [liste for app in contexte["available_apps"] for liste in app["models"]]
        return contexte | {"rubriques": sorted(listes, key=self._rang)}

    def _rang(self, liste: dict[str, Any]) -> int:
        noms = self.RUBRIQUES
        return noms.index(nom) if (nom := liste["object_name"]) in noms else len(noms)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        vus = {cle: vu for lire in self.tableaux for cle, vu in lire(request).items()}
        return super().index(request, {**vus, **(extra_context or {})})

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

        Nor its redirections to objects, which fail on an id of another form, nor its completion of
        names, which nothing here uses and which fails on a field of another kind.
        """
        ecartes = ("password_change", "password_change_done", "view_on_site", "autocomplete")
        return [url for url in super().get_urls() if getattr(url, "name", None) not in ecartes]


site = Administration(name="admin")
