"""FSs in the admin: the supervision registers them; a secret is shown once, when it is made."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.views.decorators.http import require_http_methods, require_safe

from aidants.admin.roles import EcritureVerifiee, LectureSeule, compte
from aidants.administration import site
from fournisseur_identite.forms import FournisseurServiceForm
from fournisseur_identite.models import FournisseurService
from fournisseur_identite.verification import examiner
from journal.actions import FS_MODIFIE


@admin.register(FournisseurService, site=site)
class FournisseurServiceAdmin(
    EcritureVerifiee[FournisseurService], LectureSeule[FournisseurService]
):
    form = FournisseurServiceForm
    fieldsets = [
        ("Le service", {"fields": ["nom", "site", "actif", "politique", "demarches"]}),
        (
            "Qui appelle",
            {"fields": ["client_id", "authentification", "jwks_uri", "jwks", "par_exige"]},
        ),
        (
            "Où revenir",
            {"fields": ["redirect_uris", "post_logout_redirect_uris", "logout_uri"]},
        ),
        (
            "Ce que le service reçoit",
            {"fields": ["id_token_alg", "userinfo_signe", "userinfo_alg", "voit_l_aidant"]},
        ),
    ]
    list_display = ["nom", "client_id", "politique", "actif", "cree_le"]
    list_filter = ["politique", "actif"]
    filtres = frozenset({"politique", "actif"})
    search_fields = ["nom", "client_id"]
    search_help_text = "Nom ou identifiant"
    change_form_template = "fournisseur_identite/admin/service.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return compte(request).supervision

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return compte(request).supervision

    def save_model(
        self, request: HttpRequest, obj: FournisseurService, form: Any, change: bool
    ) -> None:
        if change:
            super().save_model(request, obj, form, change)
            obj.inscrire(FS_MODIFIE, par=compte(request).auteur)
            return
        secret = FournisseurService.objects.enregistrer(obj, par=compte(request).auteur)
        self._montrer(request, secret)

    def _montrer(self, request: HttpRequest, secret: str) -> None:
        messages.warning(request, f"Secret, à copier maintenant, il ne sera plus montré : {secret}")

    def get_urls(self) -> list[URLPattern]:
        renouveler = require_http_methods(["GET", "POST"])(self.renouveler)
        pages = {"secret": renouveler, "fiche": require_safe(self.fiche)}
        ajoutees = [
            path(
                f"<path:object_id>/{nom}/",
                self.admin_site.admin_view(vue),
                name=f"fournisseur_identite_fournisseurservice_{nom}",
            )
            for nom, vue in pages.items()
        ]
        return [*ajoutees, *super().get_urls()]

    def _service(self, request: HttpRequest, object_id: str) -> FournisseurService:
        if not self.has_change_permission(request):
            raise PermissionDenied
        fs = self.get_object(request, object_id)
        if fs is None:
            raise Http404
        return fs

    def fiche(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """What the partner needs, to print or to copy, and whether its registration is right."""
        fs = self._service(request, object_id)
        contexte = {
            **self.admin_site.each_context(request),
            "title": f"Fiche de raccordement : {fs.nom}",
            "fs": fs,
            "decouverte": settings.SITE_URL + reverse("openid_configuration"),
            "emetteur": settings.SITE_URL,
            "poussees": settings.SITE_URL + reverse("oidc_par"),
            "constats": examiner(fs),
        }
        return TemplateResponse(request, "fournisseur_identite/admin/fiche.html", contexte)

    def renouveler(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """Ask, then replace the secret: the old one dies at once, or in a week if that is asked."""
        fs = self._service(request, object_id)
        if demande := self._code_demande(request):
            return demande
        if request.method == "POST":
            relais = request.POST.get("relais") == "oui"
            secret = fs.renouveler_secret(par=compte(request).auteur, relais=relais)
            self._montrer(request, secret)
            return redirect(reverse("admin:fournisseur_identite_fournisseurservice_changelist"))
        contexte = {**self.admin_site.each_context(request), "fs": fs, "title": "Nouveau secret"}
        return TemplateResponse(request, "fournisseur_identite/admin/secret.html", contexte)
