"""The state of the journal for the supervision: seals, verification, witnesses, figures."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from aidants import temoins
from aidants.admin.roles import compte
from aidants.administration import site
from journal import etat
from journal.actions import ACTIONS
from journal.constats import EN_CLAIR, Constat
from journal.preuve import cles_publiees
from journal.sceaux import CompteMensuel, Controle

MOIS = 6
CONTROLES = 7


def etat_du_journal(request: HttpRequest) -> HttpResponse:
    if not compte(request).supervision:
        raise PermissionDenied
    vu, controles = etat.lire(), list(Controle.objects.all()[:CONTROLES])
    contexte = {
        **site.each_context(request),
        "title": "État du journal",
        "vu": vu,
        "alarmes": [etat.ALARMES[cle] for cle in temoins.alarmes(vu)],
        "cles": cles_publiees(),
        "retard": round(vu.retard.total_seconds()),
        "controles": controles,
        "constats": _constats(vu.controle),
        "adresses": temoins.adresses(),
        "courriel_le": temoins.dernier_envoi(),
        **_chiffres(timezone.localdate()),
    }
    return TemplateResponse(request, "admin/etat_journal.html", contexte)


def _constats(controle: Controle | None) -> list[tuple[str, str, str]]:
    """Each finding: its code, what it means, where."""
    lus = [Constat(**brut) for brut in controle.constats] if controle else []
    return [(constat.code, EN_CLAIR[constat.code], constat.lieu) for constat in lus]


def _chiffres(jour: date) -> dict[str, Any]:
    """The last months' entries by action, from the counts that are kept."""
    mois = _derniers_mois(jour)
    comptes = CompteMensuel.objects.filter(mois__gte=mois[0])
    par_action: dict[str, dict[date, int]] = {}
    for action, debut, nombre in comptes.values_list("action", "mois", "nombre"):
        par_action.setdefault(action, {})[debut] = nombre
    lignes = [
        (action.libelle, [par_action[cle].get(m, 0) for m in mois])
        for cle, action in ACTIONS.items()
        if cle in par_action
    ]
    totaux = [sum(nombres) for nombres in zip(*(n for _, n in lignes), strict=True)]
    return {"mois": mois, "lignes": sorted(lignes), "totaux": totaux}


def _derniers_mois(jour: date) -> list[date]:
    rang = jour.year * 12 + jour.month - 1
    return [date(r // 12, r % 12 + 1, 1) for r in range(rang - MOIS + 1, rang + 1)]
