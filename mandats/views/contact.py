"""How the usager is reached: they say it themselves, or beside an aidant; a code confirms it."""

import uuid
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods
from dsfr.forms import DsfrBaseForm

from aidants.acces import RequeteAidant, aidant_requis
from aidants.adresses import adresse_client
from journal.models import Auteur, Cadre
from mandats import annuaire, consultation
from mandats.forms.contact import CodeUniqueForm, CourrielForm, TelephoneForm
from usagers import contact, sms
from usagers.models import Canal, Usager
from usagers.models.messages import GenreMessage

CODE_REFUSE = (
    "Ce code n’est pas le bon, ou il est trop vieux. Vérifiez-le, ou demandez-en un autre."
)
FORMULAIRES: dict[str, type[DsfrBaseForm]] = {
    Canal.COURRIEL: CourrielForm,
    Canal.SMS: TelephoneForm,
}


@dataclass(frozen=True, kw_only=True)
class Guichet:
    """Whose addresses are changed, by whom, and on which pages."""

    usager: Usager
    par: Auteur
    page: str
    page_code: str
    retour: str
    cadre: Cadre | None = None


def _de_l_aidant(request: RequeteAidant, usager_id: uuid.UUID) -> Guichet:
    """Of a structure that may act for the person: what has ended changes no address of theirs."""
    usager = get_object_or_404(annuaire.usagers_suivis_par(request.structure), pk=usager_id)
    return Guichet(
        usager=usager,
        par=request.user.auteur,
        cadre=request.structure.cadre,
        page=reverse("usager_contact", args=[usager.pk]),
        page_code=reverse("usager_contact_code", args=[usager.pk]),
        retour=reverse("usager", args=[usager.pk]),
    )


def _de_l_usager(request: HttpRequest) -> Guichet | None:
    """After FranceConnect alone: a paper code ends, and changes nothing else."""
    identifie = consultation.usager_identifie(request.session)
    usager = Usager.objects.filter(pk=identifie).first() if identifie else None
    if usager is None:
        return None
    return Guichet(
        usager=usager,
        par=usager.auteur,
        page=reverse("mon_contact"),
        page_code=reverse("mon_contact_code"),
        retour=reverse("mes_mandats"),
    )


@aidant_requis
@require_http_methods(["GET", "POST"])
def usager_contact(request: RequeteAidant, usager_id: uuid.UUID) -> HttpResponseBase:
    return _contact(request, _de_l_aidant(request, usager_id))


@aidant_requis
@require_http_methods(["GET", "POST"])
def usager_contact_code(request: RequeteAidant, usager_id: uuid.UUID) -> HttpResponseBase:
    return _code(request, _de_l_aidant(request, usager_id))


@login_not_required
@require_http_methods(["GET", "POST"])
def mon_contact(request: HttpRequest) -> HttpResponseBase:
    ici = _de_l_usager(request)
    return _contact(request, ici) if ici else redirect("mon_mandat")


@login_not_required
@require_http_methods(["GET", "POST"])
def mon_contact_code(request: HttpRequest) -> HttpResponseBase:
    ici = _de_l_usager(request)
    return _code(request, ici) if ici else redirect("mon_mandat")


def _contact(request: HttpRequest, ici: Guichet) -> HttpResponseBase:
    """The addresses on file, one form each, and the wish to be told at each use."""
    if request.method != "POST":
        return _page(request, ici)
    geste, _, canal = request.POST.get("geste", "").partition(":")
    if geste == "avis":
        voulus = request.POST.get("voulus") == "oui"
        contact.choisir_avis(ici.usager, voulus=voulus, par=ici.par, cadre=ici.cadre)
        messages.success(request, "C’est enregistré.")
    elif geste == "retirer" and canal in Canal.values:
        contact.retirer(ici.usager, canal, par=ici.par, cadre=ici.cadre)
        messages.success(request, "C’est retiré. Nous n’écrivons plus à cette adresse.")
    elif geste == "changer" and canal in _canaux():
        return _demander(request, ici, canal)
    else:
        raise Http404
    return redirect(ici.page)


def _canaux() -> list[str]:
    """By SMS, only where SMS leave."""
    return [canal for canal in Canal.values if canal != Canal.SMS or sms.est_actif()]


def _demander(request: HttpRequest, ici: Guichet, canal: str) -> HttpResponseBase:
    form = FORMULAIRES[canal](request.POST, prefix=canal)
    if not form.is_valid():
        return _page(request, ici, {canal: form})
    contact.demander_code(
        request.session,
        GenreMessage.CONFIRMATION,
        usager=ici.usager,
        canal=canal,
        adresse=form.cleaned_data["adresse"],
        ip=adresse_client(request),
    )
    return redirect(ici.page_code)


def _page(
    request: HttpRequest, ici: Guichet, faux: dict[str, DsfrBaseForm] | None = None
) -> HttpResponseBase:
    formulaires = {canal: FORMULAIRES[canal](prefix=canal) for canal in _canaux()} | (faux or {})
    contexte: dict[str, Any] = {
        "ici": ici,
        "usager": ici.usager,
        "formulaires": formulaires,
        "form": next(iter((faux or {}).values()), None),
    }
    return render(request, "mandats/contact.html", contexte)


def _code(request: HttpRequest, ici: Guichet) -> HttpResponseBase:
    """The code that the new address received."""
    attendu = contact.code_attendu(request.session, GenreMessage.CONFIRMATION, usager=ici.usager)
    if attendu is None:
        return redirect(ici.page)
    form = CodeUniqueForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        code = form.cleaned_data["code"]
        poser = partial(contact.poser, par=ici.par, cadre=ici.cadre)
        if contact.verifier_code(attendu, code, ip=adresse_client(request), suite=poser):
            messages.success(request, "L’adresse est confirmée.")
            return redirect(ici.page)
        form.add_error("code", CODE_REFUSE)
    contexte = {"ici": ici, "form": form, "adresse": attendu.adresse, "canal": attendu.canal}
    return render(request, "mandats/contact_code.html", contexte)
