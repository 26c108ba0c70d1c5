"""The aidant's home, the people and the mandats of the structure."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from aidants.acces import RequeteAidant, aidant_requis, sinon_au_bureau
from aidants.longues_listes import PaginateurBorne, PaginateurLu
from journal.models import Entree
from mandats import annuaire, recit
from mandats.forms.listes import RechercheForm
from mandats.models import Mandat, Projet
from usagers.models import Usager

PAR_PAGE = 20


@sinon_au_bureau
@aidant_requis
@require_GET
def espace(request: RequeteAidant) -> HttpResponseBase:
    """The three things that one comes for, then what waits."""
    mandats = Mandat.objects.de(request.structure)
    projets = Projet.objects.de(request.user).ouverts().filter(structure=request.structure)
    contexte = {
        "recents": _avec_etat(annuaire.vus_recemment(request.structure)),
        "bientot": list(mandats.expirant_bientot().avec_tout().order_by("fin")[:5]),
        "projets": list(projets.select_related("usager").order_by("-cree_le")[:10]),
    }
    return render(request, "mandats/espace.html", contexte)


def _avec_etat(usagers: Iterable[Usager]) -> list[tuple[Usager, str]]:
    return [(usager, annuaire.etat(usager)) for usager in usagers]


@aidant_requis
@require_GET
def usagers(request: RequeteAidant) -> HttpResponseBase:
    form = RechercheForm(request.GET)
    termes = form.cleaned_data["q"] if form.is_valid() else ""
    demande = request.GET.get("filtre", "")
    filtre = demande if demande in annuaire.FILTRES else ""
    cles = annuaire.personnes_de(request.structure, termes, filtre)
    page = PaginateurLu(cles, PAR_PAGE).get_page(request.GET.get("page"))
    personnes = annuaire.dans_l_ordre(annuaire.usagers_de(request.structure), page)
    contexte = {
        "page_obj": page,
        "nombre": page.paginator.count,
        "termes": termes,
        "filtre": filtre,
        "filtres": annuaire.FILTRES.items(),
        "lignes": _avec_etat(personnes),
    }
    return render(request, "mandats/usagers.html", contexte)


@aidant_requis
@require_GET
def mandats(request: RequeteAidant) -> HttpResponseBase:
    form = RechercheForm(request.GET)
    termes = form.cleaned_data["q"] if form.is_valid() else ""
    contexte = _page(request, annuaire.mandats_de(request.structure, termes))
    return render(request, "mandats/mandats.html", contexte | {"form": form, "termes": termes})


def _page(request: HttpRequest, lignes: QuerySet[Any]) -> dict[str, Any]:
    page = PaginateurBorne(lignes, PAR_PAGE).get_page(request.GET.get("page"))
    return {"page_obj": page, "nombre": page.paginator.count}


@aidant_requis
@require_GET
def usager(request: RequeteAidant, usager_id: uuid.UUID) -> HttpResponseBase:
    """A person as FranceConnect gave them, their mandats here, the last uses."""
    personne = get_object_or_404(annuaire.usagers_de(request.structure), pk=usager_id)
    mandats = list(Mandat.objects.de(request.structure).pour(personne).lisibles().avec_tout())
    contexte = {
        "usager": personne,
        "actifs": [mandat for mandat in mandats if mandat.est_actif],
        "passes": [mandat for mandat in mandats if not mandat.est_actif],
        "utilisations": _utilisations(request, personne.pk),
    }
    return render(request, "mandats/usager.html", contexte)


def _utilisations(request: RequeteAidant, usager_id: uuid.UUID) -> list[recit.Ligne]:
    entrees = Entree.objects.pour_usager(usager_id).utilisations().select_related("sujet")
    return recit.lignes(entrees.filter(structure_ref=str(request.structure.pk))[:10])


def _mandat(request: RequeteAidant, mandat_id: uuid.UUID) -> Mandat:
    return get_object_or_404(Mandat.objects.de(request.structure).avec_tout(), pk=mandat_id)


@aidant_requis
@require_GET
def mandat(request: RequeteAidant, mandat_id: uuid.UUID) -> HttpResponseBase:
    trouve = _mandat(request, mandat_id)
    entrees = Entree.objects.pour_mandat(trouve.pk).sans_consultations().select_related("sujet")
    ici = entrees.filter(structure_ref=str(request.structure.pk))  # it may come from elsewhere
    contexte = {"mandat": trouve, "lignes": recit.lignes(ici[:30])}
    return render(request, "mandats/mandat.html", contexte)


@aidant_requis
@require_GET
def mandat_pdf(request: RequeteAidant, mandat_id: uuid.UUID) -> HttpResponseBase:
    """The frozen document, byte for byte; shown, or downloaded with `?telecharger`.

    Open for each structure of the aidant, as the page that follows a signature is.
    """
    mandats = Mandat.objects.filter(structure__in=request.structures).select_related("attestation")
    trouve = get_object_or_404(mandats, pk=mandat_id)
    reponse = HttpResponse(trouve.attestation.octets, content_type="application/pdf")
    mode = "attachment" if "telecharger" in request.GET else "inline"
    reponse["Content-Disposition"] = f'{mode}; filename="mandat-{trouve.reference}.pdf"'
    return reponse
