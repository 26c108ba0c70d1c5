"""The people of a structure: who they are, what they may do, and how they log in."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django_otp_webauthn.models import WebAuthnCredential

from aidants import facteurs
from aidants.admin.actes import AvecActes
from aidants.admin.actes_aidants import ACTES, roles_ici
from aidants.admin.actes_cartes import ACTES_CARTES
from aidants.admin.filtres import FiltreStructure
from aidants.admin.roles import (
    EcritureVerifiee,
    LectureDesResponsables,
    compte,
    structures_gerees,
)
from aidants.administration import site
from aidants.forms.admin_aidants import ROLES, IdentiteForm, role_de
from aidants.models import Aidant, AppareilTotp, Appartenance
from aidants.models.appartenances import AppartenanceQuerySet
from journal.actions_comptes import CONNEXION
from journal.models import Entree

DERNIERES = 10
MOYENS = {"application": "application", "carte": "carte", "cle": "clé d’accès"}


def appartenances_vues(request: HttpRequest) -> AppartenanceQuerySet:
    """The open roles that the reader may know of."""
    ouvertes = Appartenance.objects.ouvertes()
    if compte(request).supervision:
        return ouvertes
    return ouvertes.filter(structure__in=structures_gerees(request))


def _de_la_personne(appartenances: AppartenanceQuerySet) -> Exists:
    return Exists(appartenances.filter(aidant=OuterRef("pk")))


class FiltreStructureDesAidants(FiltreStructure):
    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() is None:
            return queryset
        if self.value() not in {cle for cle, _ in self.lookup_choices}:
            return queryset.none()
        ici = appartenances_vues(request).filter(structure_id=self.value() or "")
        return queryset.filter(_de_la_personne(ici))


class FiltreRole(admin.SimpleListFilter):
    title = "rôle"
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [("aidant", "aidant"), ("responsable", "responsable")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Aidant]) -> QuerySet[Aidant]:
        if self.value() not in ("aidant", "responsable"):
            return queryset
        return queryset.filter(
            _de_la_personne(appartenances_vues(request).filter(**{f"est_{self.value()}": True}))
        )


class FiltreMoyen(admin.SimpleListFilter):
    title = "moyen de connexion"
    parameter_name = "moyen"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [("aucun", "aucun"), *MOYENS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Aidant]) -> QuerySet[Aidant]:
        if self.value() == "aucun":
            return queryset.filter(**{f"a_{moyen}": False for moyen in MOYENS})
        return (
            queryset.filter(**{f"a_{self.value()}": True}) if self.value() in MOYENS else queryset
        )


@admin.register(Aidant, site=site)
class AidantAdmin(
    AvecActes[Aidant],
    EcritureVerifiee[Aidant],
    LectureDesResponsables[Aidant],
):
    form = IdentiteForm
    actes = (*ACTES, *ACTES_CARTES)
    actions = None
    list_display = ["nom", "prenom", "courriel", "roles", "moyens", "derniere_connexion", "etat"]
    list_filter = ["is_active", FiltreRole, FiltreMoyen, FiltreStructureDesAidants]
    filtres = frozenset({"is_active", "supervision", "role", "moyen", "structure"})
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["nom", "prenom", "courriel"]
    search_help_text = "Nom, prénom ou adresse électronique"
    change_list_template = "admin/aidants/aidant/change_list.html"
    change_form_template = "admin/aidants/aidant/change_form.html"
    fieldsets = [
        ("Identité", {"fields": ["prenom", "nom", "courriel", "profession", "precision"]}),
        ("Compte", {"fields": ["etat", "derniere_connexion", "cree_le", "conditions_acceptees"]}),
    ]
    readonly_fields = ["etat", "derniere_connexion", "cree_le", "conditions_acceptees"]

    # --- What is seen ---

    def get_queryset(self, request: HttpRequest) -> QuerySet[Aidant]:
        vues = appartenances_vues(request)
        ailleurs = Appartenance.objects.ouvertes().exclude(pk__in=vues.values("pk"))
        triees = vues.select_related("structure").order_by("structure__nom")
        tous = super().get_queryset(request)
        if not compte(request).supervision:
            tous = tous.filter(_de_la_personne(vues))
        return (
            _avec_moyens(tous)
            .annotate(
                a_ailleurs=_de_la_personne(ailleurs),
                gere_ailleurs=_de_la_personne(ailleurs.filter(est_responsable=True)),
            )
            .prefetch_related(
                Prefetch("appartenances", triees, to_attr="appartenances_ici"), "cartes"
            )
        )

    def get_list_filter(self, request: HttpRequest) -> Any:
        propres = ["supervision"] if compte(request).supervision else []
        return [*self.list_filter, *propres]

    def get_fieldsets(self, request: HttpRequest, obj: Aidant | None = None) -> Any:
        """The reason of a change is asked of who may change; others have nothing to read there."""
        if self.has_change_permission(request, obj):
            return self.fieldsets
        (titre, identite), *autres = self.fieldsets
        lus = [champ for champ in identite["fields"] if champ != "precision"]
        return [(titre, {"fields": lus}), *autres]

    def historique(self, request: HttpRequest, objet: Aidant) -> QuerySet[Entree]:
        entrees = Entree.objects.pour_aidant(objet.pk)
        if compte(request).supervision:
            return entrees
        gerees = structures_gerees(request).values_list("pk", flat=True)
        return entrees.de_structures([str(pk) for pk in gerees])

    @admin.display(description="rôle")
    def roles(self, aidant: Aidant) -> str:
        if aidant.supervision:
            return "supervision"
        roles = {role_de(a.est_aidant, a.est_responsable) for a in roles_ici(aidant)}
        return ", ".join(sorted(ROLES[role] for role in roles)) or "-"

    @admin.display(description="moyens de connexion")
    def moyens(self, aidant: Aidant) -> str:
        siens = [mots for moyen, mots in MOYENS.items() if getattr(aidant, f"a_{moyen}")]
        return ", ".join(siens) or "aucun"

    @admin.display(description="dernière connexion", ordering="last_login")
    def derniere_connexion(self, aidant: Aidant) -> str:
        if aidant.last_login is None:
            return "jamais"
        return date_format(timezone.localtime(aidant.last_login), "DATETIME_FORMAT")

    @admin.display(description="état", ordering="is_active")
    def etat(self, aidant: Aidant) -> str:
        if aidant.anonymise_le:
            return "anonymisé"
        if aidant.is_active:
            return "actif"
        motif = aidant.get_desactive_motif_display() or "autre"
        return f"désactivé ({motif})"

    @admin.display(description="conditions d’utilisation")
    def conditions_acceptees(self, aidant: Aidant) -> str:
        if aidant.conditions_le is None:
            return "pas encore acceptées"
        return f"acceptées le {timezone.localtime(aidant.conditions_le):%d/%m/%Y}"

    # --- What is written ---

    def has_change_permission(self, request: HttpRequest, obj: Aidant | None = None) -> bool:
        return compte(request).supervision and (obj is None or obj.anonymise_le is None)

    def save_model(
        self, request: HttpRequest, obj: Aidant, form: forms.ModelForm[Aidant], change: bool
    ) -> None:
        champs = {nom: form.cleaned_data[nom] for nom in form.changed_data if nom != "precision"}
        if champs:
            motif = form.cleaned_data["precision"]
            obj.modifier(par=compte(request).auteur, precision=motif, **champs)

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        aidant = context.get("original")
        if aidant:
            context |= {
                "roles": roles_ici(aidant),
                "applications": facteurs.applications(aidant),
                "cles": facteurs.cles_acces(aidant),
                "connexions": _dernieres_connexions(aidant),
            }
        return super().render_change_form(request, context, *args, **kwargs)


def _avec_moyens(aidants: QuerySet[Aidant]) -> QuerySet[Aidant]:
    """Whether each has an application, a card, a passkey."""
    appareils = AppareilTotp.objects.filter(user=OuterRef("pk"), confirmed=True)
    cles = WebAuthnCredential.objects.filter(user=OuterRef("pk"), confirmed=True)
    return aidants.annotate(
        a_application=Exists(appareils.filter(carte=None)),
        a_carte=Exists(appareils.exclude(carte=None)),
        a_cle=Exists(cles),
    )


def _dernieres_connexions(aidant: Aidant) -> QuerySet[Entree]:
    connexions = Entree.objects.filter(action=CONNEXION.cle, sujet__auteur_ref=str(aidant.pk))
    return connexions.order_by("-id")[:DERNIERES]
