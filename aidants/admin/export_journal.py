"""The journal as a CSV file: the filtered list, written down before it leaves."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, cast
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from aidants import connexion, tableurs
from aidants.acces import RequeteConnectee
from aidants.admin import preuves
from aidants.admin.historique import raconter
from aidants.admin.roles import compte, structures_gerees
from aidants.demarches import DEMARCHES
from aidants.middleware import demander_reprise
from aidants.models import Aidant
from journal.actions import JOURNAL_EXPORTE
from journal.models import Cadre, Entree

if TYPE_CHECKING:
    from aidants.admin.journal import EntreeAdmin

MAXIMUM = 100_000
LOT = 2_000
PREMIER_LOT = 250  # what fills the first bytes: who waits for the file sees it begin
COLONNES = ("Date", "Action", "Ce qui s’est passé", "Structure", "Démarche", "Service", "Acte")


def exporter(admin: "EntreeAdmin", request: HttpRequest) -> HttpResponseBase:
    """Say what will leave, ask a recent code and a yes, write it down, then stream."""
    if request.method not in ("GET", "POST"):
        return HttpResponseNotAllowed(["GET", "POST"])
    if not connexion.code_recent(request):
        return demander_reprise(cast("RequeteConnectee", request))
    try:
        entrees = admin.get_changelist_instance(request).queryset
    except IncorrectLookupParameters:
        messages.warning(request, "Ces filtres n’existent pas.")
        return redirect("admin:journal_entree_changelist")
    if request.method == "POST":
        return _envoyer(request, entrees)
    contexte = {
        **admin.admin_site.each_context(request),
        "title": "Exporter le journal",
        "opts": admin.opts,
        "nombre": entrees.order_by()[: MAXIMUM + 1].count(),
        "maximum": MAXIMUM,
        "maximum_preuves": preuves.MAXIMUM,
    }
    return TemplateResponse(request, "admin/export_journal.html", contexte)


def _envoyer(request: HttpRequest, entrees: QuerySet[Entree]) -> HttpResponseBase:
    avec_preuves = "preuves" in request.POST
    parts = _parts(request, entrees, preuves.MAXIMUM if avec_preuves else MAXIMUM)
    nombre = sum(lignes for _, lignes in parts)
    # The export's own lines, and what is written meanwhile, are not of the list that was asked.
    anciennes = entrees.filter(pk__lt=_inscrire(compte(request), parts))
    if avec_preuves:
        return _envoyer_preuves(anciennes, nombre)
    lignes = _lignes(anciennes, nombre)
    reponse = StreamingHttpResponse(tableurs.ecrire_csv(lignes), content_type="text/csv")
    nom = f"journal-{timezone.localdate():%Y-%m-%d}.csv"
    reponse["Content-Disposition"] = f'attachment; filename="{nom}"'
    return reponse


def _envoyer_preuves(entrees: QuerySet[Entree], nombre: int) -> HttpResponse:
    lot = list(entrees.order_by("-pk").prefetch_related("sujet")[:nombre])
    adresse = settings.SITE_URL + reverse("verifier_preuve")
    octets = preuves.archiver(lot, [COLONNES, *map(_ligne, lot)], adresse)
    nom = f"journal-{timezone.localdate():%Y-%m-%d}.zip"
    disposition = {"Content-Disposition": f'attachment; filename="{nom}"'}
    return HttpResponse(octets, content_type="application/zip", headers=disposition)


def _parts(
    request: HttpRequest, entrees: QuerySet[Entree], maximum: int
) -> list[tuple[Cadre, int]]:
    """How many lines leave of each structure: the managers of each read that they did.

    Its own number alone: what the others are, and do, is not theirs to know.
    """
    if compte(request).supervision:
        return [(Cadre(), entrees.order_by()[:maximum].count())]
    gerees = list(structures_gerees(request))
    choisies = [s for s in gerees if str(s.pk) == request.GET.get("structure")]
    refs = Counter(entrees.order_by("-pk").values_list("structure_ref", flat=True)[:maximum])
    return [(s.cadre, refs[str(s.pk)]) for s in choisies or gerees]


@transaction.atomic
def _inscrire(par: Aidant, parts: list[tuple[Cadre, int]]) -> int:
    """Write the export down in each structure; return the first of its lines."""
    return min(
        Entree.objects.inscrire(
            JOURNAL_EXPORTE, acte=uuid4(), par=par.auteur, cadre=cadre, details={"lignes": lignes}
        )
        for cadre, lignes in parts
    )


def _lignes(entrees: QuerySet[Entree], nombre: int) -> Iterator[Sequence[str]]:
    """The latest first, by lots: no cursor stays open while a slow reader reads."""
    yield COLONNES
    dernier, taille = None, PREMIER_LOT
    while nombre > 0:
        suite = entrees if dernier is None else entrees.filter(pk__lt=dernier)
        lot = list(suite.order_by("-pk").prefetch_related("sujet")[: min(taille, nombre)])
        if not lot:
            return
        yield from map(_ligne, lot)
        nombre, dernier, taille = nombre - len(lot), lot[-1].pk, min(LOT, 2 * taille)


def _ligne(entree: Entree) -> Sequence[str]:
    demarche = DEMARCHES.get(entree.demarche)
    return (
        timezone.localtime(entree.instant).strftime("%d/%m/%Y %H:%M:%S"),
        entree.libelle,
        raconter(entree),
        entree.structure_nom,
        demarche.titre if demarche else "",
        entree.fs_nom,
        str(entree.acte),
    )
