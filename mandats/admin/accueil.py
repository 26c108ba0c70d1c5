"""The first page of the admin: the figures of the month, what waits, then the lists."""

from typing import Any

from django.http import HttpRequest

from aidants import temoins
from aidants.admin.roles import compte, structures_gerees
from aidants.administration import site
from journal import etat
from mandats import statistiques


def tableau(request: HttpRequest) -> dict[str, Any]:
    mois = {"mois": statistiques.mois_courant()}
    if compte(request).supervision:
        vu = etat.lire()
        return mois | {
            "pays": statistiques.du_pays(),
            "connexions": statistiques.dernieres_connexions(),
            "vu": vu,
            "alarmes": [etat.ALARMES[cle] for cle in temoins.alarmes(vu)],
        }
    return mois | {"structures_gerees": statistiques.avec_chiffres(structures_gerees(request))}


site.tableaux.append(tableau)
