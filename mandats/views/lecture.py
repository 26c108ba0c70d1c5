"""The uses of one mandat: the paper code and the birth date, then a one-time code.

A found paper must not tell a stranger one's life (regles.md, section 6); nor does any answer here
say whether an address is on file.
"""

import uuid

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from aidants.adresses import adresse_client
from journal.models import Entree
from mandats import consultation, recit
from mandats.forms.contact import CodeUniqueForm
from mandats.views.contact import CODE_REFUSE
from mandats.views.mon_mandat import PAR_PAGE, mandat_ouvert
from usagers import contact, sms
from usagers.models import Canal
from usagers.models.messages import GenreMessage


@login_not_required
@require_POST
def lecture_demander(request: HttpRequest, mandat_id: uuid.UUID) -> HttpResponseBase:
    """Send the code where the person said; the answer is the same when they said nothing."""
    mandat = mandat_ouvert(request, mandat_id)
    if mandat is None:
        return redirect("mon_mandat")
    canal = Canal.SMS if request.POST.get("canal") == Canal.SMS else Canal.COURRIEL
    contact.demander_code(
        request.session,
        GenreMessage.LECTURE,
        usager=mandat.usager,
        canal=canal,
        adresse=consultation.adresse_de_lecture(mandat.usager, canal),
        ip=adresse_client(request),
        objet=str(mandat.pk),
    )
    return redirect("lecture_code", mandat.pk)


@login_not_required
@require_http_methods(["GET", "POST"])
def lecture_code(request: HttpRequest, mandat_id: uuid.UUID) -> HttpResponseBase:
    mandat = mandat_ouvert(request, mandat_id)
    if mandat is None:
        return redirect("mon_mandat")
    attendu = contact.code_attendu(
        request.session, GenreMessage.LECTURE, usager=mandat.usager, objet=str(mandat.pk)
    )
    if attendu is None:
        return redirect("mon_mandat_ouvert", mandat.pk)
    form = CodeUniqueForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        code = form.cleaned_data["code"]
        if contact.verifier_code(attendu, code, ip=adresse_client(request)):
            with transaction.atomic():
                consultation.ouvrir_lecture(request.session, mandat)
            return redirect("mon_mandat_utilisations", mandat.pk)
        form.add_error("code", CODE_REFUSE)
    contexte = {"mandat": mandat, "form": form, "sms": sms.est_actif()}
    return render(request, "mandats/lecture_code.html", contexte)


@login_not_required
@require_GET
def mon_mandat_utilisations(request: HttpRequest, mandat_id: uuid.UUID) -> HttpResponseBase:
    """Every use of this mandat, and of no other."""
    mandat = mandat_ouvert(request, mandat_id)
    if mandat is None:
        return redirect("mon_mandat")
    if not consultation.peut_lire(request.session, mandat):
        return redirect("mon_mandat_ouvert", mandat.pk)
    entrees = Entree.objects.pour_mandat(mandat.pk).utilisations().select_related("sujet")
    page = Paginator(entrees, PAR_PAGE).get_page(request.GET.get("page"))
    contexte = {
        "mandat": mandat,
        "page_obj": page,
        "utilisations": recit.passages(page.object_list),
        "par_franceconnect": bool(consultation.usager_identifie(request.session)),
    }
    return render(request, "mandats/mon_mandat_utilisations.html", contexte)
