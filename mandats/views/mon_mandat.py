"""« Mon mandat »: the usager sees and ends what they gave, without an account."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from aidants import attentes
from aidants.adresses import adresse_client
from aidants.demarches import DEMARCHES
from journal.models import Entree
from mandats import consultation, question, recit, recus, taches
from mandats.forms.mon_mandat import CodePapierForm, NaissanceForm, RaisonForm
from mandats.models import Mandat
from mandats.models.avis import Destinataire, Genre
from mandats.origines import autoriser_formulaire_vers
from usagers.models import Usager

PAR_PAGE, TERMINES_PAR_PAGE = 50, 20
REFUS = (
    "Le code et la date de naissance ne vont pas ensemble, ou il y a eu trop d’essais. "
    "Vérifiez les deux. Après plusieurs essais, attendez quelques minutes."
)


@login_not_required
@require_http_methods(["GET", "POST"])
def mon_mandat(request: HttpRequest) -> HttpResponseBase:
    """Screen 1: the paper's code."""
    form = CodePapierForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        consultation.retenir_code(request.session, form.cleaned_data["code"])
        return redirect("mon_mandat_naissance")
    reponse = render(request, "mandats/mon_mandat.html", {"form": form})
    return autoriser_formulaire_vers(reponse, settings.FC_ISSUER)


@login_not_required
@require_http_methods(["GET", "POST"])
def mon_mandat_naissance(request: HttpRequest) -> HttpResponseBase:
    """Screen 2: the birth date; one answer for every failure."""
    if consultation.code_retenu(request.session) is None:
        return redirect("mon_mandat")
    nombre = consultation.nombre_a_ecrire(request.session)
    form = NaissanceForm(request.POST if request.method == "POST" else None, nombre=nombre)
    if form.is_valid():
        if nombre:
            question.noter_reponse(request.session)
        mandat = consultation.ouvrir_par_code(
            request.session, form.cleaned_data["date"], adresse=adresse_client(request)
        )
        if mandat:
            return redirect("mon_mandat_ouvert", mandat.pk)
        form.add_error(None, REFUS)
    return render(request, "mandats/mon_mandat_naissance.html", {"form": form})


def mandat_ouvert(request: HttpRequest, mandat_id: uuid.UUID) -> Mandat | None:
    """Return the mandat if this browser may see it; None when the view has closed; else 404."""
    ouverts = consultation.mandats_ouverts(request.session)
    if ouverts is None:
        return None
    mandat = Mandat.objects.avec_tout().filter(pk=mandat_id).first()
    if mandat is None or str(mandat_id) not in ouverts:
        raise Http404
    return mandat


@login_not_required
@require_GET
def mon_mandat_ouvert(request: HttpRequest, mandat_id: uuid.UUID) -> HttpResponseBase:
    """Screen 3: the mandat in plain words, and the buttons that end it."""
    mandat = mandat_ouvert(request, mandat_id)
    if mandat is None:
        return redirect("mon_mandat")
    return render(request, "mandats/mon_mandat_ouvert.html", _contexte(request, mandat))


def _contexte(request: HttpRequest, mandat: Mandat) -> dict[str, Any]:
    return {
        "mandat": mandat,
        "ouvertes": [DEMARCHES[cle] for cle in mandat.demarches_ouvertes],
        "raison": RaisonForm(),
        "peut_lire": consultation.peut_lire(request.session, mandat),
        "par_franceconnect": bool(consultation.usager_identifie(request.session)),
    }


@login_not_required
@require_POST
def mon_mandat_arreter(request: HttpRequest, mandat_id: uuid.UUID) -> HttpResponseBase:
    """End the whole mandat, or the one démarche named; effect at once, no reason needed."""
    mandat = mandat_ouvert(request, mandat_id)
    if mandat is None:
        return redirect("mon_mandat")
    demarche = request.POST.get("demarche", "")
    if demarche and demarche not in DEMARCHES:
        raise Http404
    moyen = consultation.moyen(request.session)
    raison = RaisonForm(request.POST).texte
    _arreter(mandat, [demarche] if demarche else None, moyen=moyen, precision=raison)
    return redirect("mon_mandat_recu", mandat.pk)


@attentes.repris
@transaction.atomic
def _arreter(mandat: Mandat, demarches: list[str] | None, *, moyen: str, precision: str) -> None:
    finies = mandat.revoquer(
        par=mandat.usager.auteur, moyen=moyen, demarches=demarches, precision=precision
    )
    if finies:
        noms = [autorisation.demarche for autorisation in finies]
        qui = (Destinataire.STRUCTURE, Destinataire.USAGER)
        taches.prevenir(mandat, Genre.REVOCATION, *qui, demarches=noms)


@login_not_required
@require_GET
def mon_mandat_recu(request: HttpRequest, mandat_id: uuid.UUID) -> HttpResponseBase:
    """Screen 4: the receipt: what ended, when, who is told."""
    mandat = mandat_ouvert(request, mandat_id)
    if mandat is None:
        return redirect("mon_mandat")
    fin = {"finies": recus.finies(mandat), "avis": recus.avis_de_fin(mandat)}
    contexte = _contexte(request, mandat) | fin
    return render(request, "mandats/mon_mandat_recu.html", contexte)


@login_not_required
@require_GET
def mes_mandats(request: HttpRequest) -> HttpResponseBase:
    """After FranceConnect: every mandat at every structure, and every use."""
    ouverts = consultation.mandats_ouverts(request.session)
    if ouverts is None:
        return redirect("mon_mandat")
    identifie = consultation.usager_identifie(request.session)
    usager = Usager.objects.filter(pk=identifie).first() if identifie else None
    siens = Mandat.objects.avec_tout().filter(pk__in=ouverts)
    actifs = list(siens.actifs())
    autres = siens.exclude(pk__in=[mandat.pk for mandat in actifs]).order_by("-signe_le", "pk")
    termines = Paginator(autres, TERMINES_PAR_PAGE).get_page(request.GET.get("termines"))
    contexte = {
        "usager": usager,
        "mandats": [*actifs, *termines],
        "termines": termines,
        **(_utilisations(request, usager) if usager else {}),
    }
    return render(request, "mandats/mes_mandats.html", contexte)


def _utilisations(request: HttpRequest, usager: Usager) -> dict[str, Any]:
    entrees = Entree.objects.pour_usager(usager.pk).utilisations().select_related("sujet")
    page = Paginator(entrees, PAR_PAGE).get_page(request.GET.get("page"))
    return {"page_obj": page, "utilisations": recit.passages(page.object_list)}


@login_not_required
@require_POST
def mon_mandat_fermer(request: HttpRequest) -> HttpResponseBase:
    """Leave: the screen is often somebody else's."""
    consultation.fermer(request.session)
    return redirect("mon_mandat")
