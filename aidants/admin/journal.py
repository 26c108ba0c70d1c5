"""The journal, read-only: the supervision reads it all, a manager their structures' part of it."""

import re
from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import QuerySet, Value
from django.db.models.functions import Concat
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from aidants.admin.etat_journal import etat_du_journal
from aidants.admin.export_journal import exporter
from aidants.admin.filtres import FiltreAidant, FiltreDemarche, FiltreStructure
from aidants.admin.historique import raconter
from aidants.admin.liste_journal import ListeDuJournal
from aidants.admin.preuves import telecharger
from aidants.admin.roles import LectureDesResponsables, compte, structures_gerees
from aidants.administration import site
from aidants.demarches import DEMARCHES
from aidants.models import Aidant, Appartenance, Invitation, Structure
from journal.actions import ACTIONS
from journal.models import Entree, EntreeQuerySet

HOMONYMES, STRUCTURES = 200, 20
REFERENCE = re.compile(r"AC(-[0-9A-Z]{4}){2}", re.IGNORECASE)  # what a mandat's paper bears


class FiltreAction(admin.SimpleListFilter):
    title = "action"
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [(action.cle, action.libelle) for action in ACTIONS.values()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entree]) -> QuerySet[Entree]:
        return queryset.filter(action=self.value()) if self.value() in ACTIONS else queryset


class FiltreStructureDuJournal(FiltreStructure):
    champ = "structure_ref"


@admin.register(Entree, site=site)
class EntreeAdmin(LectureDesResponsables[Entree]):
    list_display = ["instant", "libelle", "recit", "structure_nom"]
    list_filter = [FiltreStructureDuJournal, FiltreDemarche, FiltreAction, FiltreAidant]
    filtres = frozenset({"structure", "demarche", "action", "aidant"})
    list_per_page = 50
    search_fields = ["structure_nom"]  # shows the box; `get_search_results` says what it finds
    search_help_text = "Nom d’un aidant"
    sortable_by = ()
    change_list_template = "admin/journal.html"
    liste_vide = "Aucune ligne. Ce qui se fait dans une structure s’inscrit ici, à la suite."
    fields = [
        "instant", "libelle", "recit", "structure_nom", "fs_nom", "titre_demarche", "auteur_genre",
        "acte",
    ]  # fmt: skip
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entree]:
        tout = super().get_queryset(request)
        if compte(request).supervision:
            return tout
        refs = [str(pk) for pk in structures_gerees(request).values_list("pk", flat=True)]
        return Entree.objects.de_structures(refs).sans_consultations().order_by("-id")

    def get_fields(self, request: HttpRequest, obj: Entree | None = None) -> Any:
        """Without the site and the démarche of an act that has none."""
        if obj is None:
            return self.fields
        vides = {"fs_nom"} if not obj.fs_nom else set()
        vides |= {"titre_demarche"} if not obj.demarche else set()
        return [champ for champ in self.fields if champ not in vides]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ListeDuJournal]:
        return ListeDuJournal

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        liste = super().get_changelist_instance(request)
        if compte(request).supervision:
            liste.search_help_text = "Nom d’un aidant ou d’une structure, référence d’un mandat"
        return liste

    def get_urls(self) -> list[URLPattern]:
        export = path(
            "export/", self.admin_site.admin_view(self.exporter), name="journal_entree_export"
        )
        preuve = path(
            "<int:object_id>/preuve/",
            self.admin_site.admin_view(self.preuve),
            name="journal_entree_preuve",
        )
        etat = path("etat/", self.admin_site.admin_view(etat_du_journal), name="journal_etat")
        return [export, preuve, etat, *super().get_urls()]

    def exporter(self, request: HttpRequest) -> HttpResponseBase:
        return exporter(self, request)

    def preuve(self, request: HttpRequest, object_id: int) -> HttpResponseBase:
        return telecharger(self, request, object_id)

    # --- Search: by an aidant's name, never by the names that the journal holds ---

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Entree], search_term: str
    ) -> tuple[QuerySet[Entree], bool]:
        """A usager stands in the journal as an author too: their name must find nothing."""
        terme = search_term.strip()
        if not terme:
            return queryset, False
        lignes = cast("EntreeQuerySet", queryset)
        if not compte(request).supervision:
            return lignes.de_personnes(_personnes(request, terme)), False
        if REFERENCE.fullmatch(terme):
            return lignes.de_la_reference(terme.upper()), False
        la = Structure.objects.filter(nom__icontains=terme).values_list("pk", flat=True)
        structures = _au_plus(request, STRUCTURES, "structures", la)
        return lignes.de_personnes(_personnes(request, terme), structures), False

    @admin.display(description="action", ordering="action")
    def libelle(self, entree: Entree) -> str:
        return entree.libelle

    @admin.display(description="ce qui s’est passé")
    def recit(self, entree: Entree) -> str:
        return raconter(entree)

    @admin.display(description="démarche")
    def titre_demarche(self, entree: Entree) -> str:
        demarche = DEMARCHES.get(entree.demarche)
        return demarche.titre if demarche else ""


def _personnes(request: HttpRequest, termes: str) -> list[str]:
    """The accounts and the people invited, of one's own structures, whose names hold each word."""
    aidants, invites = Aidant.objects.all(), Invitation.objects.all()
    if not compte(request).supervision:
        gerees = structures_gerees(request)
        passes = Appartenance.objects.filter(structure__in=gerees)
        aidants = aidants.filter(pk__in=passes.values("aidant_id"))
        invites = invites.filter(structure__in=gerees)
    trouves = _nommes(aidants, termes).union(_nommes(invites, termes), all=True)
    return _au_plus(request, HOMONYMES, "personnes", trouves)


def _au_plus(request: HttpRequest, nombre: int, quoi: str, trouves: QuerySet[Any]) -> list[str]:
    """Their keys; a search that has more leaves some out, and says so."""
    cles = [str(cle) for cle in trouves[: nombre + 1]]
    if len(cles) > nombre:
        messages.warning(
            request,
            f"Plus de {nombre}\u00a0{quoi} portent ce nom\u00a0: une partie des lignes manque."
            " Écrivez-le plus complètement.",
        )
    return cles[:nombre]


def _nommes(lignes: QuerySet[Any], termes: str) -> QuerySet[Any]:
    lignes = lignes.order_by().annotate(identite=Concat("prenom", Value(" "), "nom"))
    for mot in termes.split():
        lignes = lignes.filter(identite__icontains=mot)
    return lignes.values_list("pk", flat=True)
