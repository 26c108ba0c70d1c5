"""FSs in the admin: the supervision registers them; a secret is shown once, when it is made."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.views.decorators.http import require_http_methods

from aidants.admin.champs import Cases
from aidants.admin.roles import EcritureVerifiee, LectureSeule, compte
from aidants.administration import site
from aidants.demarches import CHOIX
from fournisseur_identite.models import FournisseurService
from journal.actions import FS_MODIFIE

CETTE_MACHINE = ("127.0.0.1", "localhost")


class AdressesField(forms.CharField):
    """Addresses, one a line, each exact: no wildcard, no fragment, HTTPS unless on this machine."""

    widget = forms.Textarea(attrs={"rows": 3, "cols": 80})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        adresses = str(super().clean(value) or "").split()
        for adresse in adresses:
            _verifier_adresse(adresse)
        return adresses


def _verifier_adresse(adresse: str) -> None:
    if not _est_exacte(adresse):
        raise forms.ValidationError(
            f"{adresse} : une adresse complète en https, sans « # » ni « * »."
        )


def _est_exacte(adresse: str) -> bool:
    try:
        parties = urlsplit(adresse)
    except ValueError:
        return False
    ici = parties.scheme == "http" and parties.hostname in CETTE_MACHINE
    sure = ici or (parties.scheme == "https" and bool(parties.hostname))
    return sure and "@" not in parties.netloc and not set("#*") & set(adresse)


class FournisseurServiceForm(forms.ModelForm[FournisseurService]):
    site = forms.URLField(label="Adresse du site", assume_scheme="https")
    redirect_uris = AdressesField(
        label="Adresses de retour (redirect_uri)", help_text="Une par ligne, à la lettre près."
    )
    post_logout_redirect_uris = AdressesField(
        label="Adresses de sortie (post_logout_redirect_uri)", required=False
    )
    demarches = forms.MultipleChoiceField(
        label="Démarches du service",
        choices=CHOIX,
        widget=Cases,
        required=False,
        help_text="Aucune cochée : le service accepte les dix.",
    )

    class Meta:
        model = FournisseurService
        fields = [
            "nom", "site", "politique", "client_id", "redirect_uris", "post_logout_redirect_uris",
            "demarches", "userinfo_signe", "actif",
        ]  # fmt: skip


@admin.register(FournisseurService, site=site)
class FournisseurServiceAdmin(
    EcritureVerifiee[FournisseurService], LectureSeule[FournisseurService]
):
    form = FournisseurServiceForm
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
        renouveler = path(
            "<path:object_id>/secret/",
            self.admin_site.admin_view(require_http_methods(["GET", "POST"])(self.renouveler)),
            name="fournisseur_identite_fournisseurservice_secret",
        )
        return [renouveler, *super().get_urls()]

    def renouveler(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """Ask, then replace the secret: the old one dies at once."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        fs = self.get_object(request, object_id)
        if fs is None:
            raise Http404
        if demande := self._code_demande(request):
            return demande
        if request.method == "POST":
            self._montrer(request, fs.renouveler_secret(par=compte(request).auteur))
            return redirect(reverse("admin:fournisseur_identite_fournisseurservice_changelist"))
        contexte = {**self.admin_site.each_context(request), "fs": fs, "title": "Nouveau secret"}
        return TemplateResponse(request, "fournisseur_identite/admin/secret.html", contexte)
