"""What anybody may know of the journal: its heads, its key, its witnesses, its verification."""

from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from aidants import temoins
from journal import etat
from journal.horodatage import GENRE
from journal.preuve import cles_publiees
from journal.sceaux import Sceau, Temoin

_TEXTE = "text/plain; charset=utf-8"
SCEAUX, JETONS = 10, 14


@login_not_required
@require_safe
def journal(request: HttpRequest) -> HttpResponse:
    """The last heads, to be kept elsewhere by whoever likes, and last night's verification."""
    vu = etat.lire()
    contexte = {
        "vu": vu,
        "alarmes": [etat.ALARMES[cle] for cle in temoins.alarmes(vu)],
        "cles": cles_publiees(),
        "sceaux": Sceau.objects.all()[:SCEAUX],
        "jetons": Temoin.objects.filter(genre=GENRE).order_by("-numero").defer("contenu")[:JETONS],
        "courriel_le": temoins.dernier_envoi(),
        "par_courriel": bool(temoins.adresses()),
    }
    return render(request, "aidants_connect/journal.html", contexte)


@login_not_required
@require_safe
def journal_sceau(request: HttpRequest, numero: int) -> HttpResponse:
    """One signed head as a file (C2SP signed note)."""
    sceau = get_object_or_404(Sceau, numero=numero)
    nom = f"journal-{sceau.arbre}-{sceau.taille}.note"
    disposition = {"Content-Disposition": f'attachment; filename="{nom}"'}
    return HttpResponse(sceau.note, content_type=_TEXTE, headers=disposition)


@login_not_required
@require_safe
def journal_jeton(request: HttpRequest, numero: int) -> HttpResponse:
    """One time-stamp token over a head (RFC 3161)."""
    jeton = get_object_or_404(Temoin, numero=numero, genre=GENRE)
    disposition = {"Content-Disposition": f'attachment; filename="journal-sceau-{jeton.sceau}.tsr"'}
    return HttpResponse(
        bytes(jeton.contenu), content_type="application/timestamp-reply", headers=disposition
    )


@login_not_required
@require_safe
def sante_journal(request: HttpRequest) -> HttpResponse:
    """For a monitor: 200 when all is well with the journal, 503 and the alarms otherwise."""
    try:
        alarmes = temoins.alarmes()
    except OperationalError:
        return HttpResponse("base de données injoignable", content_type=_TEXTE, status=503)
    texte = "\n".join(etat.ALARMES[cle] for cle in alarmes) or "ok"
    return HttpResponse(texte, content_type=_TEXTE, status=503 if alarmes else 200)
