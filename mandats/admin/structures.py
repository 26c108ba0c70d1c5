"""Structures: the supervision opens and closes them, a manager keeps their page true."""

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from aidants.admin.actes import Acte, AvecActes, MotifForm
from aidants.admin.champs import Cases
from aidants.admin.roles import (
    EcritureVerifiee,
    LectureDesResponsables,
    compte,
    structures_gerees,
)
from aidants.administration import site
from aidants.demarches import CHOIX, ordonner, titres
from aidants.models import Structure
from journal.models import ActeDejaInscrit, Entree
from mandats import graphiques, statistiques
from mandats.models import Mandat

COORDONNEES = ["adresse", "code_postal", "commune", "telephone", "courriel"]


# --- Forms ----------------------------------------------------------------------------------------


class NouvelleStructureForm(forms.ModelForm[Structure]):
    acte = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    demarches = forms.MultipleChoiceField(
        label="Démarches autorisées",
        choices=CHOIX,
        widget=Cases,
        initial=[cle for cle, _ in CHOIX],
        help_text="Les démarches que les aidants de la structure peuvent faire.",
        error_messages={"required": "Choisissez au moins une démarche."},
    )

    class Meta:
        model = Structure
        fields = ["nom", *COORDONNEES, "demarches"]


class DemarchesForm(MotifForm):
    """A manager takes démarches away; the supervision alone gives them back."""

    objet: Structure
    field_order = ("demarches", "precision")
    demarches = forms.MultipleChoiceField(
        label="Démarches autorisées",
        widget=Cases,
        error_messages={"required": "Gardez au moins une démarche."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ = self.fields["demarches"]
        if isinstance(champ, forms.MultipleChoiceField):
            champ.choices = [(c, t) for c, t in CHOIX if c in self._possibles()]
        champ.initial = self.objet.demarches
        if not compte(self.request).supervision:
            champ.help_text = "Pour rouvrir une démarche, écrivez à la supervision."

    def _possibles(self) -> list[str]:
        if compte(self.request).supervision:
            return [cle for cle, _ in CHOIX]
        return ordonner(self.objet.demarches)


# --- Acts -----------------------------------------------------------------------------------------


def _changer_demarches(
    request: HttpRequest, structure: Structure, donnees: dict[str, Any]
) -> str | None:
    faite = structure.changer_demarches(par=compte(request).auteur, **donnees)
    return "Les démarches autorisées ont changé." if faite else None


def _fermer(request: HttpRequest, structure: Structure, donnees: dict[str, Any]) -> str | None:
    faite = structure.fermer(par=compte(request).auteur, **donnees)
    return f"{structure.nom} est désactivée." if faite else None


def _rouvrir(request: HttpRequest, structure: Structure, donnees: dict[str, Any]) -> str | None:
    faite = structure.rouvrir(par=compte(request).auteur, **donnees)
    return f"{structure.nom} est réactivée." if faite else None


ACTES = (
    Acte(
        nom="demarches",
        libelle="Changer les démarches",
        consequence="Les aidants de la structure ne pourront plus faire les démarches décochées, "
        "même pour les mandats déjà signés. Les mandats restent.",
        executer=_changer_demarches,
        possible=lambda request, structure: (
            compte(request).supervision or len(structure.demarches) > 1
        ),
        formulaire=DemarchesForm,
    ),
    Acte(
        nom="desactiver",
        libelle="Désactiver la structure",
        consequence="Plus personne ne pourra travailler pour elle. Les connexions en cours "
        "s’arrêtent. Les mandats restent, et les usagers peuvent toujours y mettre fin.",
        executer=_fermer,
        possible=lambda request, structure: compte(request).supervision and structure.active,
        dangereux=True,
    ),
    Acte(
        nom="reactiver",
        libelle="Réactiver la structure",
        consequence="Ses aidants pourront de nouveau travailler pour elle, tout de suite.",
        executer=_rouvrir,
        possible=lambda request, structure: compte(request).supervision and not structure.active,
    ),
)


class FiltreEtat(admin.SimpleListFilter):
    title = "état"
    parameter_name = "etat"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [("active", "active"), ("fermee", "désactivée")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in ("active", "fermee"):
            return queryset
        return queryset.filter(active=self.value() == "active")


# --- Pages ----------------------------------------------------------------------------------------


@admin.register(Structure, site=site)
class StructureAdmin(
    EcritureVerifiee[Structure], AvecActes[Structure], LectureDesResponsables[Structure]
):
    actes = ACTES
    list_display = ["nom", "commune", "code_postal", "telephone", "etat", "creee_le"]
    list_filter = [FiltreEtat]
    filtres = frozenset({"etat"})
    search_fields = ["nom", "commune", "code_postal"]
    search_help_text = "Nom, commune ou code postal"
    liste_vide = "Aucune structure."

    def get_queryset(self, request: HttpRequest) -> QuerySet[Structure]:
        if compte(request).supervision:
            return super().get_queryset(request)
        return structures_gerees(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return compte(request).supervision

    def has_change_permission(self, request: HttpRequest, obj: Structure | None = None) -> bool:
        """What `get_queryset` shows is the reader's to keep up to date."""
        return compte(request).is_staff

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kw: Any
    ) -> Any:
        if obj is None:
            kw["form"] = NouvelleStructureForm
        return super().get_form(request, obj, change, **kw)

    def get_fields(self, request: HttpRequest, obj: Structure | None = None) -> Any:
        if obj is None:
            return ["acte", "nom", *COORDONNEES, "demarches"]
        return ["nom", *COORDONNEES, "demarches_", "etat", "creee_le"]

    def get_readonly_fields(self, request: HttpRequest, obj: Structure | None = None) -> list[str]:
        fixes = ["demarches_", "etat", "creee_le"]
        if obj is not None and not compte(request).supervision:
            fixes.append("nom")  # mandats are signed with it: the supervision answers for it
        return fixes

    def save_model(self, request: HttpRequest, obj: Structure, form: Any, change: bool) -> None:
        par = compte(request).auteur
        if change:
            obj.modifier(par=par, **{nom: form.cleaned_data[nom] for nom in form.changed_data})
        else:
            Structure.objects.creer(par=par, id=obj.pk, **form.cleaned_data)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        try:
            return super().add_view(request, form_url, extra_context)
        except ActeDejaInscrit:
            messages.info(request, "Cette structure était déjà créée.")
            return redirect("admin:aidants_structure_changelist")

    def historique(self, request: HttpRequest, objet: Structure) -> QuerySet[Entree]:
        return Entree.objects.de_structures([str(objet.pk)])

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        fiche = reverse("admin:aidants_structure_fiche", args=[object_id])
        contexte = {"liens": [(fiche, "Chiffres")], **(extra_context or {})}
        return super().change_view(request, object_id, form_url, contexte)

    # --- The sheet ---

    def get_urls(self) -> list[URLPattern]:
        fiche = path(
            "<path:object_id>/fiche/",
            self.admin_site.admin_view(self.fiche),
            name="aidants_structure_fiche",
        )
        return [fiche, *super().get_urls()]

    def fiche(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """A structure's figures, and how they went over twelve months."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        trouvee = self.get_object(request, object_id)
        if trouvee is None:
            raise Http404
        structure = statistiques.avec_chiffres(Structure.objects.filter(pk=trouvee.pk)).get()
        contexte = {
            **self.admin_site.each_context(request),
            "title": structure.nom,
            "opts": self.opts,
            # « structure » is, on every page, the one where the reader works.
            "fiche": structure,
            "mois": statistiques.mois_courant(),
            "graphiques": dessiner(structure),
        }
        return TemplateResponse(request, "admin/fiche_structure.html", contexte)

    @admin.display(description="état", ordering="active")
    def etat(self, structure: Structure) -> str:
        return "active" if structure.active else "désactivée"

    @admin.display(description="démarches autorisées")
    def demarches_(self, structure: Structure) -> str:
        return ", ".join(titres(structure.demarches))


def dessiner(structure: Structure) -> list[graphiques.Graphique]:
    mandats = Mandat.objects.de(structure)
    utilisations = Entree.objects.de_structures([str(structure.pk)]).jetons()
    return [
        graphiques.colonnes(
            "mandats-mois",
            "Mandats signés par mois",
            statistiques.mandats_par_mois(mandats),
            entete="Mois",
            unite="Mandats signés",
        ),
        graphiques.colonnes(
            "utilisations-mois",
            "Utilisations par mois",
            statistiques.utilisations_par_mois(utilisations),
            entete="Mois",
            unite="Utilisations",
        ),
        graphiques.lignes(
            "autorisations-demarche",
            "Autorisations en cours par démarche",
            statistiques.autorisations_par_demarche(mandats),
            entete="Démarche",
            unite="Autorisations en cours",
        ),
        graphiques.lignes(
            "utilisations-demarche",
            "Utilisations par démarche, sur douze mois",
            statistiques.utilisations_par_demarche(utilisations),
            entete="Démarche",
            unite="Utilisations",
        ),
    ]
