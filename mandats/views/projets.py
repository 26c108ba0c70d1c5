"""Steps 1 and 2 of a mandat: démarches and duration, then the way to FranceConnect."""

import uuid
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from aidants.acces import RequeteAidant, aidant_requis
from mandats import consultation, durees, identification, reimpression
from mandats.forms.projet import ProjetForm
from mandats.models import Projet
from mandats.origines import autoriser_formulaire_vers
from usagers import franceconnect
from usagers.franceconnect import IdentificationImpossible, Motif

ABANDONNE = "Le projet est effacé. Rien n’a été signé."


@aidant_requis
@require_http_methods(["GET", "POST"])
def projet_nouveau(request: RequeteAidant) -> HttpResponseBase:
    """Choose the démarches and the duration; a link may have chosen already."""
    donnees = request.POST if request.method == "POST" else None
    initial = {"demarches": _demarches_voulues(request), "duree": request.GET.get("duree")}
    form = ProjetForm(donnees, initial=initial, structure=request.structure)
    if form.is_valid():
        projet = Projet.objects.ouvrir(
            par=request.user, structure=request.structure, **form.cleaned_data
        )
        return redirect("projet_identification", projet.pk)
    contexte = {"form": form, "durees": cartes_des_durees(form), "etape": 1}
    return render(request, "mandats/projet_nouveau.html", contexte)


def _demarches_voulues(request: HttpRequest) -> list[str]:
    """What a link asks to tick: `?demarches=logement,social`, or one parameter each."""
    return [cle for valeur in request.GET.getlist("demarches") for cle in valeur.split(",")]


def cartes_des_durees(form: ProjetForm) -> list[dict[str, object]]:
    """The durations as cards, each with the end that it would give now."""
    choisie = str(form["duree"].value() or "")
    maintenant = timezone.now()
    return [
        {
            "jours": jours,
            "titre": titre,
            "fin": durees.en_clair(durees.fin(maintenant, jours)),
            "choisie": str(jours) == choisie,
        }
        for jours, titre in durees.DUREES.items()
    ]


@aidant_requis
@require_http_methods(["GET", "POST"])
def projet_identification(request: RequeteAidant, projet_id: uuid.UUID) -> HttpResponseBase:
    """Hand the screen to the usager; a POST sends the browser to FranceConnect."""
    projet = get_object_or_404(Projet.objects.de(request.user), pk=projet_id)
    if projet.mandat_id:
        return redirect("mandat_fait", projet.mandat_id)
    if projet.est_expire:
        return render(request, "mandats/projet_expire.html", {"projet": projet}, status=410)
    if projet.usager_id:  # who identified is who reads and signs
        return redirect("projet_signature", projet.pk)
    if request.method == "POST":
        return partir(request, but=identification.PROJET, objet=str(projet.pk))
    contexte = {"projet": projet, "etape": 2, "retour": _adresse_choix(projet)}
    reponse = render(request, "mandats/projet_identification.html", contexte)
    return autoriser_formulaire_vers(reponse, settings.FC_ISSUER)


@aidant_requis
@require_POST
def projet_abandon(request: RequeteAidant, projet_id: uuid.UUID) -> HttpResponseBase:
    """Drop a draft of one's own; one that was signed meanwhile is a mandat, and stays."""
    projet = get_object_or_404(Projet.objects.de(request.user), pk=projet_id)
    if not projet.abandonner():
        return redirect("mandat_fait", projet.mandat_id)
    messages.success(request, ABANDONNE)
    return redirect("espace")


def _adresse_choix(projet: Projet) -> str:
    choix = "&".join(f"demarches={demarche}" for demarche in projet.demarches)
    return f"{reverse('projet_nouveau')}?{choix}&duree={projet.duree}"


def partir(request: HttpRequest, *, but: str, objet: str) -> HttpResponseBase:
    try:
        return redirect(franceconnect.partir(request.session, but=but, objet=objet))
    except IdentificationImpossible as echec:
        return _page_echec(request, IdentificationImpossible(echec.motif, objet, but))


@login_not_required
@require_POST
def mon_mandat_franceconnect(request: HttpRequest) -> HttpResponseBase:
    """The usager asks to see all their mandats: FranceConnect says who they are."""
    return partir(request, but=identification.CONSULTATION, objet="")


@login_not_required
@require_GET
def franceconnect_retour(request: HttpRequest) -> HttpResponseBase:
    """FranceConnect sends the browser back, with an identity or with an error."""
    try:
        retour = franceconnect.revenir(request.session, request.GET.dict())
        suite = _conclure(request, retour)
        adresse = franceconnect.fermer(request.session, retour.id_token, suite=suite)
    except IdentificationImpossible as echec:
        return _page_echec(request, echec)
    return redirect(adresse)


def _conclure(request: HttpRequest, retour: franceconnect.Identification) -> str:
    """Give the identity to what it was asked for; return the page that follows."""
    if retour.but == reimpression.BUT:
        mandat = reimpression.identifier(cast("RequeteAidant", request), retour)
        return reverse("nouveau_code", args=[mandat.pk])
    if retour.but == identification.CONSULTATION:
        consultation.ouvrir_par_identite(request.session, retour.identite)
        return reverse("mes_mandats")
    requete = cast("RequeteAidant", request)
    projet = identification.identifier_pour_projet(requete, retour)
    return reverse("projet_signature", args=[projet.pk])


@login_not_required
@require_GET
def franceconnect_sortie(request: HttpRequest) -> HttpResponseBase:
    """FranceConnect has closed its session: go on to what follows."""
    suite = franceconnect.suite_de_sortie(request.session, request.GET.get("state", ""))
    return redirect(suite or "accueil")


STATUTS = {Motif.ABANDON: 200, Motif.INDISPONIBLE: 503}


def _page_echec(request: HttpRequest, echec: IdentificationImpossible) -> HttpResponse:
    """Say why, and offer to try again without losing what was chosen."""
    contexte = {
        "motif": echec.motif.value,
        "projet_id": echec.objet if echec.but == identification.PROJET else "",
        "mandat_id": echec.objet if echec.but == reimpression.BUT else "",
        "consultation": echec.but == identification.CONSULTATION,
    }
    statut = STATUTS.get(echec.motif, 400)
    reponse = render(request, "mandats/franceconnect_echec.html", contexte, status=statut)
    return autoriser_formulaire_vers(reponse, settings.FC_ISSUER)
