"""TOTP cards: all of them for the supervision, which imports them; theirs for the managers."""

from typing import Any, cast
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.formats import number_format
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods

from aidants import connexion, lots_de_cartes
from aidants.acces import RequeteConnectee
from aidants.admin.aidants import appartenances_vues
from aidants.admin.roles import LectureDesResponsables, compte, structures_gerees
from aidants.administration import site
from aidants.forms.cartes import FichierCartesForm
from aidants.middleware import demander_reprise
from aidants.models import CarteTotp, ImportCartes
from journal.models import Entree

LISTE = "admin:aidants_cartetotp_changelist"
LIGNES_MONTREES = 100  # of what is wrong with a file


@admin.register(CarteTotp, site=site)
class CarteTotpAdmin(LectureDesResponsables[CarteTotp]):
    actions = None
    list_display = ["serie", "etat", "personne", "structures", "importee_le"]
    list_filter = ["etat"]
    filtres = frozenset({"etat"})
    list_select_related = ["aidant"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["serie"]
    search_help_text = "Numéro de série"
    liste_vide = "Aucune carte pour l’instant."
    change_list_template = "admin/aidants/cartetotp/change_list.html"
    fields = readonly_fields = ("serie", "etat", "fiche", "structures", "duree", "importee_le")

    # --- What is seen ---

    def get_queryset(self, request: HttpRequest) -> QuerySet[CarteTotp]:
        """A manager sees the cards of the people whom they manage, and no card in stock."""
        vues = appartenances_vues(request)
        triees = vues.select_related("structure").order_by("structure__nom")
        toutes = super().get_queryset(request).select_related("aidant")
        if not compte(request).supervision:
            toutes = toutes.filter(Exists(vues.filter(aidant=OuterRef("aidant"))))
        return toutes.prefetch_related(
            Prefetch("aidant__appartenances", triees, to_attr="appartenances_ici")
        )

    def historique(self, request: HttpRequest, objet: CarteTotp) -> QuerySet[Entree]:
        """Since the person who holds it has it: the journal is found by person, not by card."""
        if objet.aidant is None:
            return Entree.objects.none()
        siennes = Entree.objects.pour_aidant(objet.aidant.pk).filter(details__serie=objet.serie)
        if compte(request).supervision:
            return siennes
        gerees = structures_gerees(request).values_list("pk", flat=True)
        return siennes.de_structures([str(pk) for pk in gerees])

    @admin.display(description="prêtée à", ordering="aidant__nom", empty_value="-")
    def personne(self, carte: CarteTotp) -> str | None:
        return carte.aidant.nom_complet if carte.aidant else None

    @admin.display(description="prêtée à", empty_value="personne")
    def fiche(self, carte: CarteTotp) -> str | None:
        """The person's page, where the card is validated and taken back."""
        if carte.aidant is None:
            return None
        adresse = reverse("admin:aidants_aidant_change", args=[carte.aidant.pk])
        return format_html('<a href="{}">{}</a>', adresse, carte.aidant.nom_complet)

    @admin.display(description="structures", empty_value="-")
    def structures(self, carte: CarteTotp) -> str | None:
        ici = getattr(carte.aidant, "appartenances_ici", ())
        return ", ".join(appartenance.structure.nom for appartenance in ici) or None

    @admin.display(description="durée d’un code")
    def duree(self, carte: CarteTotp) -> str:
        return f"{carte.pas} secondes"

    # --- The import ---

    def get_urls(self) -> list[URLPattern]:
        return [
            path("import/", self._vue(self.importer), name="aidants_cartetotp_import"),
            path(
                "import/<uuid:pk>/",
                self._vue(self.confirmer),
                name="aidants_cartetotp_import_pret",
            ),
            *super().get_urls(),
        ]

    def _vue(self, vue: Any) -> Any:
        return self.admin_site.admin_view(require_http_methods(["GET", "POST"])(vue))

    def importer(self, request: HttpRequest) -> HttpResponseBase:
        """Check a whole file; when it is right, keep it until a yes."""
        if attente := _garder(request):
            return attente
        recus = (request.POST, request.FILES) if request.method == "POST" else ()
        form = FichierCartesForm(*recus)
        if form.est_juste:
            fichier = form.cleaned_data["fichier"].name
            lot = ImportCartes.objects.preparer(form.graines, fichier=fichier, par=compte(request))
            return redirect("admin:aidants_cartetotp_import_pret", lot.pk)
        contexte = {
            "form": form,
            "colonnes": lots_de_cartes.COLONNES,
            "problemes": form.problemes[:LIGNES_MONTREES],
        }
        return self._rendre(request, "import", "Importer des cartes", contexte)

    def confirmer(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Say how many cards are ready, then import them all at once, and only once."""
        if ailleurs := _garder(request):
            return ailleurs
        lot = ImportCartes.objects.filter(pk=pk, par=compte(request)).first()
        if deja := _deja_fait(request, pk):  # asked after: what was done has no file any more
            return deja
        if lot is None:
            raise Http404
        if request.method == "POST" or lot.est_perime:
            return _importer(request, lot)
        return self._rendre(request, "import_pret", "Importer des cartes", {"lot": lot})

    def _rendre(
        self, request: HttpRequest, page: str, titre: str, contexte: dict[str, Any]
    ) -> HttpResponse:
        commun = {**self.admin_site.each_context(request), "title": titre, "opts": self.opts}
        return TemplateResponse(
            request, f"admin/aidants/cartetotp/{page}.html", {**commun, **contexte}
        )


def _garder(request: HttpRequest) -> HttpResponseBase | None:
    """For the supervision, after a recent code: asked first, since a file cannot be kept."""
    if not compte(request).supervision:
        raise PermissionDenied
    if connexion.code_recent(request):
        return None
    return demander_reprise(cast("RequeteConnectee", request))


def _importer(request: HttpRequest, lot: ImportCartes) -> HttpResponse:
    if lot.importer(par=compte(request).auteur):
        nombre = number_format(lot.nombre, force_grouping=True)
        combien = f"{nombre} cartes sont importées" if lot.nombre > 1 else "La carte est importée"
        messages.success(request, f"{combien}, en stock.")
        return redirect(LISTE)
    if deja := _deja_fait(request, lot.pk):
        return deja
    messages.warning(
        request,
        "Rien n’est importé : le fichier a attendu plus d’une heure, ou une de ses cartes a été "
        "enregistrée entre-temps. Choisissez-le de nouveau.",
    )
    return redirect("admin:aidants_cartetotp_import")


def _deja_fait(request: HttpRequest, pk: UUID) -> HttpResponse | None:
    """A second click, perhaps while the first was still at work."""
    if not Entree.objects.filter(acte=pk).exists():
        return None
    messages.info(request, "C’était déjà fait : les cartes sont importées.")
    return redirect(LISTE)
