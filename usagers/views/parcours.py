"""The parcours, one question a page: the address alone keeps the answers, no cookie is set."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from aidants.demarches import DEMARCHES, ordonner
from usagers.donnees_parcours import elements_de
from usagers.models import PassageParcours
from usagers.parcours import adresses, textes
from usagers.parcours.adresses import Parcours
from usagers.parcours.arbre import QUESTIONS, Issue, Question, chemin_vers
from usagers.parcours.dessin import dessiner, en_toutes_lettres
from usagers.parcours.orientation import PROFILS


@login_not_required
@require_safe
def parcours(request: HttpRequest) -> HttpResponseBase:
    """Choose the démarches; a page further on may have sent one back here."""
    choisies = ordonner(request.GET.getlist("demarches"))
    deja = request.GET.get("deja", "")
    if choisies and "continuer" in request.GET:
        return redirect(_adresse(adresses.en_tete(choisies), deja))
    contexte = {
        "tuiles": [(demarche, cle in choisies) for cle, demarche in DEMARCHES.items()],
        "deja": deja,
        "rien_de_coche": "continuer" in request.GET,
        "sans_choix": _adresse(adresses.A_PRECISER, deja),
    }
    return render(request, "usagers/parcours.html", contexte)


def _adresse(reponses: str, deja: str = "") -> str:
    suite = f"?{urlencode({'deja': deja}, safe='/')}" if deja else ""
    return reverse("parcours_etape", args=[reponses]) + suite


def lire_ou_404(reponses: str, deja: str = "") -> Parcours:
    trouve = adresses.lire(reponses, deja)
    if trouve is None:
        raise Http404
    return trouve


@login_not_required
@require_safe
def parcours_etape(request: HttpRequest, reponses: str) -> HttpResponse:
    """A question, or the outcome to which these answers lead."""
    ici = lire_ou_404(reponses, request.GET.get("deja", ""))
    noeud = ici.marche.noeud
    contexte: dict[str, Any] = {"ici": ici, "noeud": noeud, "debut": _debut(ici)}
    if noeud.donnees:
        contexte["elements"] = elements_de(ici)
        contexte["gabarit_donnees"] = f"usagers/fragments/donnees_{noeud.donnees}.html"
    if isinstance(noeud, Issue):
        contexte["connexion"] = _connexion(ici)
        return render(request, "usagers/parcours_issue.html", contexte)
    contexte["etape"] = textes.ETAPES[noeud.etape]
    contexte["etapes"] = len(textes.ETAPES)
    return render(request, "usagers/parcours_etape.html", contexte)


def _debut(ici: Parcours) -> str:
    """The first page, with the choice of démarches as it was made."""
    choix = [("demarches", cle) for cle in ici.demarches]
    deja = [("deja", ici.deja_ici)] if ici.deja_ici else []
    return f"{reverse('parcours')}?{urlencode([*choix, *deja], safe='/')}"


def _mandat(ici: Parcours) -> str:
    """The form of a mandat, with these démarches ticked."""
    choix = f"?demarches={','.join(ici.demarches)}" if ici.demarches else ""
    return reverse("projet_nouveau") + choix


def _connexion(ici: Parcours) -> str:
    """The login, which goes on to the mandat."""
    return f"{reverse('connexion')}?{urlencode({'next': _mandat(ici)}, safe='/,')}"


@csrf_exempt  # anonymous: no session, no right and no cookie is used, and a form would set one
@login_not_required
@require_POST
def parcours_terminer(request: HttpRequest, reponses: str) -> HttpResponseBase:
    """Count the outcome, then go on: to the sheet to print, or to the mandat."""
    ici = lire_ou_404(reponses)
    if ici.issue is None:
        raise Http404
    PassageParcours.objects.compter(ici.issue.cle)
    if request.POST.get("suite") == "mandat" and ici.issue.cle == "mandat":
        return redirect(_mandat(ici))
    return redirect("parcours_fiche", ici.adresse)


@login_not_required
@require_safe
def parcours_arbre(request: HttpRequest) -> HttpResponse:
    """The whole tree as a picture, and the same as nested lists of links."""
    etapes = [
        (numero, titre, [_fiche_question(q) for q in QUESTIONS if q.etape == numero])
        for numero, titre in textes.ETAPES.items()
    ]
    contexte = {"dessin": dessiner(), "alternative": en_toutes_lettres(), "etapes": etapes}
    return render(request, "usagers/parcours_arbre.html", contexte)


def _fiche_question(question: Question) -> dict[str, Any]:
    return {
        "noeud": question,
        "adresse": _exemple(question.cle),
        "suites": [
            (reponse, reponse.noeud, _exemple(reponse.suite)) for reponse in question.reponses
        ],
    }


def _exemple(cle: str) -> str:
    """The page of a node, by the shortest walk to it."""
    return _adresse("/".join((adresses.A_PRECISER, *chemin_vers(cle))))


@login_not_required
@require_safe
def orientation(request: HttpRequest) -> HttpResponse:
    return render(request, "usagers/orientation.html", {"profils": PROFILS.values()})
