"""Steps 3 and 4 of a mandat: read together, sign, then print and hand over."""

import uuid
from typing import Any

from django.db import DatabaseError
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from aidants import attentes, essais
from aidants.acces import RequeteAidant, aidant_requis
from aidants.demarches import DEMARCHES
from aidants.models import Aidant, Echec
from mandats import durees
from mandats.forms.signature import SignatureForm
from mandats.models import Mandat, Projet
from mandats.models.projets import Refus
from mandats.signature import Signature, signer
from usagers import atelier

CODE_REFUSE = "Ce code n’est pas accepté. Attendez le prochain code, puis réessayez."
OCCUPE = (
    "Rien n’a été signé : le site est très occupé, ou quelqu’un d’autre fait ou arrête un mandat "
    "de cette personne. "
    "Tout ce que vous avez écrit est gardé. Attendez quelques secondes, puis signez de nouveau."
)


@aidant_requis
@require_http_methods(["GET", "POST"])
def projet_signature(request: RequeteAidant, projet_id: uuid.UUID) -> HttpResponseBase:
    """The recap, read together; a POST signs, once."""
    mien = Projet.objects.de(request.user).select_related(
        "usager", "structure", "mandat", "renouvelle"
    )
    projet = get_object_or_404(mien, pk=projet_id)
    if projet.mandat_id:
        return redirect("mandat_fait", projet.mandat_id)
    if (refus := projet.motif_de_refus()) or projet.usager is None:
        return _refuser(request, projet, refus or Refus.SANS_USAGER)
    donnees = request.POST if request.method == "POST" else None
    form = SignatureForm(donnees, usager=projet.usager, initial={"lieu": projet.structure.commune})
    if form.is_valid():
        return _signer(request, projet, form)
    atelier.eveiller()
    return _page(request, projet, form)


def _signer(request: RequeteAidant, projet: Projet, form: SignatureForm) -> HttpResponseBase:
    """Tries of the code are counted as at the login: a session left open guesses no more."""
    essai = Echec.objects.tenter(essais.compteurs_codes(request, request.user.courriel))
    code = form.cleaned_data["code"]
    resultat: Mandat | Refus = Refus.CODE
    if essai:
        resultat = _tenter(projet, par=request.user, signature=form.signature, code=code)
    if essai and isinstance(resultat, Mandat):
        Echec.objects.rendre(essai)
    elif essai and resultat is not Refus.CODE:  # nobody judged it
        Echec.objects.annuler(essai)
    if isinstance(resultat, Mandat):
        return redirect("mandat_fait", resultat.pk)
    if resultat is Refus.OCCUPE:
        form.add_error("code", OCCUPE)
        return _page(request, projet, form, status=503)
    if resultat is not Refus.CODE:
        return _refuser(request, projet, resultat)
    form.add_error("code", CODE_REFUSE)
    return _page(request, projet, form)


def _tenter(projet: Projet, *, par: Aidant, signature: Signature, code: str) -> Mandat | Refus:
    """Sign, unless another act upon the same person takes longer than one may wait.

    The code is then not spent: its use is undone with the rest.
    """
    try:
        return signer(projet.pk, par=par, signature=signature, code=code)
    except DatabaseError as erreur:
        if not attentes.est_attente(erreur):
            raise
        return Refus.OCCUPE


def _page(
    request: RequeteAidant, projet: Projet, form: SignatureForm, *, status: int = 200
) -> HttpResponseBase:
    contexte: dict[str, Any] = {
        "projet": projet,
        "form": form,
        "demarches": [DEMARCHES[cle] for cle in projet.demarches],
        "duree": durees.DUREES[projet.duree],
        "fin": durees.en_clair(durees.fin(timezone.now(), projet.duree)),
        **_etape(3, renouvelle=projet.renouvelle_id is not None),
    }
    return render(request, "mandats/projet_signature.html", contexte, status=status)


def _etape(rang: int, *, renouvelle: bool) -> dict[str, int]:
    """A renewal has no FranceConnect: one step less."""
    return {"etape": rang - renouvelle, "total": 4 - renouvelle}


def _refuser(request: RequeteAidant, projet: Projet, refus: Refus) -> HttpResponseBase:
    """Lead back to where the draft can go on, with what was chosen."""
    if refus is Refus.SANS_USAGER:
        return redirect("projet_identification", projet.pk)
    contexte = {"projet": projet, "refus": refus.value}
    return render(request, "mandats/projet_expire.html", contexte, status=410)


@aidant_requis
@require_GET
def mandat_fait(request: RequeteAidant, mandat_id: uuid.UUID) -> HttpResponseBase:
    """Signed: print two copies, hand one over, say what the usager keeps.

    The draft froze its structure: the aidant may work for another of theirs by now.
    """
    mandats = Mandat.objects.filter(structure__in=request.structures).avec_tout()
    mandat = get_object_or_404(mandats, pk=mandat_id)
    contexte = {"mandat": mandat, **_etape(4, renouvelle=mandat.renouvelle_id is not None)}
    return render(request, "mandats/mandat_fait.html", contexte)
