"""Mandats in the admin, changed by acts alone, without the usager (regles.md, section 8)."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from aidants.admin.actes import AvecActes
from aidants.admin.calendrier import ListeDatee
from aidants.admin.filtres import FiltreDemarche, FiltreStructure
from aidants.admin.roles import LectureDesResponsables, compte, structures_gerees
from aidants.administration import site
from aidants.longues_listes import PaginateurAdmin
from journal.models import Entree
from mandats.admin.actes_mandats import ACTES
from mandats.models import Autorisation, Mandat
from mandats.models.mandats import lire_reference

# The written name, the drawn signature and the paper code never leave the database for this page.
DE_LA_PERSONNE = ("signature_nom", "signature_trace", "localisateur", "secret_code", "lieu")
ETATS = {
    "actif": "actif",
    "bientot": "prend fin bientôt",
    "expire": "expiré",
    "revoque": "révoqué",
}


class FiltreEtat(admin.SimpleListFilter):
    """The same states as `Mandat.etat`, in SQL."""

    title = "état"
    parameter_name = "etat"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return list(ETATS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Mandat]) -> QuerySet[Mandat]:
        return dans_l_etat(queryset, self.value() or "")


def dans_l_etat(mandats: QuerySet[Mandat], etat: str) -> QuerySet[Mandat]:
    lus = Mandat.objects.order_by()
    bientot, revoques = (
        Q(pk__in=etats.values("pk")) for etats in (lus.expirant_bientot(), lus.revoques())
    )
    regles = {
        "actif": Q(pk__in=lus.actifs().values("pk")) & ~bientot,
        "bientot": bientot,
        "expire": Q(pk__in=lus.expires().values("pk")) & ~revoques,
        "revoque": revoques,
    }
    return mandats.filter(regles[etat]) if etat in regles else mandats


class FiltreDemarcheDuMandat(FiltreDemarche):
    def couvrant(self, queryset: QuerySet[Any], demarche: str) -> QuerySet[Any]:
        dedans = Autorisation.objects.filter(mandat=OuterRef("pk"), demarche=demarche)
        return queryset.filter(Exists(dedans))


@admin.register(Mandat, site=site)
class MandatAdmin(AvecActes[Mandat], LectureDesResponsables[Mandat]):
    actes = ACTES
    list_display = ["reference", "structure", "aidant", "perimetres", "signature", "terme", "etat_"]
    list_filter = [FiltreEtat, FiltreStructure, FiltreDemarcheDuMandat]
    filtres = frozenset({"signe_le", "etat", "structure", "demarche"})
    list_select_related = ["structure", "aidant"]
    list_per_page = 50
    list_max_show_all = 50
    date_hierarchy = "signe_le"
    paginator = PaginateurAdmin
    search_fields = ["reference"]
    search_help_text = "Référence, par exemple AC-7KQ2-M9XD"
    show_full_result_count = False
    liste_vide = (
        "Aucun mandat. Un mandat apparaît ici dès qu’il est signé, sans le nom de l’usager."
    )
    fields = ["reference", "structure", "aidant", "signe_le", "fin", "duree", "etat_", "detail",
              "nouveau_code"]  # fmt: skip

    def get_fields(self, request: HttpRequest, obj: Mandat | None = None) -> Any:
        """The supervision stands beside nobody: it prints no code."""
        sans = {"nouveau_code"} if compte(request).supervision else set()
        return [champ for champ in super().get_fields(request, obj) if champ not in sans]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Mandat]:
        tous = super().get_queryset(request).defer(*DE_LA_PERSONNE)
        if not compte(request).supervision:
            tous = tous.filter(structure__in=structures_gerees(request))
        return tous.select_related("structure", "aidant").prefetch_related("autorisations")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ListeDatee]:
        return ListeDatee

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Mandat], search_term: str
    ) -> tuple[QuerySet[Mandat], bool]:
        """A whole reference is found by its index, not among those that hold it."""
        if reference := lire_reference(search_term):
            return queryset.filter(reference=reference), False
        return super().get_search_results(request, queryset, search_term)

    def historique(self, request: HttpRequest, objet: Mandat) -> QuerySet[Entree]:
        entrees = Entree.objects.pour_mandat(objet.pk)
        if compte(request).supervision:
            return entrees
        return entrees.de_structures(
            [str(pk) for pk in structures_gerees(request).values_list("pk", flat=True)]
        )

    @admin.display(description="démarches")
    def perimetres(self, mandat: Mandat) -> str:
        return ", ".join(mandat.titres)

    @admin.display(description="signé le", ordering="signe_le")
    def signature(self, mandat: Mandat) -> str:
        return date_courte(mandat.signe_le)

    @admin.display(description="fin", ordering="fin")
    def terme(self, mandat: Mandat) -> str:
        return date_courte(mandat.fin)

    @admin.display(description="état")
    def etat_(self, mandat: Mandat) -> str:
        return ETATS[mandat.etat]

    @admin.display(description="papier perdu")
    def nouveau_code(self, mandat: Mandat) -> str:
        """Where a responsable prints a new code, with the person beside them."""
        if not mandat.est_actif:
            return "-"
        adresse = reverse("nouveau_code", args=[mandat.pk])
        return format_html('<a href="{}">Imprimer un nouveau code</a>', adresse)

    @admin.display(description="démarches")
    def detail(self, mandat: Mandat) -> str:
        """Each with its end when it was ended before its term."""
        return " ; ".join(_dire(a) for a in mandat.autorisations_rangees)


def date_courte(instant: datetime) -> str:
    """« 14/06/2027 », in Paris time: the list has seven columns, the page says the hour."""
    return f"{timezone.localtime(instant):%d/%m/%Y}"


def _dire(autorisation: Autorisation) -> str:
    if autorisation.revoquee_le is None:
        return autorisation.titre
    return f"{autorisation.titre} (retirée le {autorisation.revoquee_le_en_clair})"
