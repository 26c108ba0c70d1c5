"""The sheets of the parcours, one A4 page each: what stands on them."""

import functools
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from aidants.models import Structure
from usagers.donnees_parcours import elements_de
from usagers.papier import imprimer
from usagers.parcours.adresses import Parcours
from usagers.parcours.dessin import dessiner, en_toutes_lettres
from usagers.parcours.orientation import PROFILS, lue
from usagers.tirages import TIRAGES

FEUILLE: Final = "usagers/papier.css"
DENSE: Final = 13  # lines of answers, démarches and data beyond which the type is smaller
ADRESSES_MAX: Final = 8  # on one page; the others are on the screen
AFFICHES: Final = {
    "arbre": "usagers/papier/arbre.html",
    "orientation": "usagers/papier/orientation.html",
    "ce-que-je-signe": "usagers/papier/ce_que_je_signe.html",
}

_SUR_PAPIER: Final[dict[str, Callable[[Any], str]]] = {
    "comptes": lambda compte: f"{lue(compte.lien)}. Il faut : {compte.il_faut}.",
    "recuperation": lambda compte: lue(compte.lien_recuperation),
    "sites": lambda site: lue(site.adresse),
    "lieux": lambda lieu: ", ".join(filter(None, (lue(lieu.lien), lieu.adresse, lieu.telephone))),
}


def fiche(ici: Parcours, *, structure: Structure | None) -> bytes:
    """The PDF of a parcours that has ended: no name, no date, nothing of the person."""
    adresses = _adresses(ici)
    retour = settings.SITE_URL + reverse("parcours_etape", args=[ici.adresse])
    contexte = {
        "ici": ici,
        "issue": ici.issue,
        "adresses": adresses[:ADRESSES_MAX],
        "autres_adresses": len(adresses) > ADRESSES_MAX,
        "structure": structure,
        "dense": len(ici.marche.pas) + len(ici.demarches) + len(adresses) > DENSE,
        "qr": segno.make(retour, error="m").svg_data_uri(scale=3, border=2),
        **_commun(settings.MARQUE_ETAT),
    }
    page = render_to_string("usagers/papier/fiche.html", contexte)
    return TIRAGES.donner(page, partial(imprimer, page, feuille=FEUILLE))


def _adresses(ici: Parcours) -> list[tuple[str, str]]:
    """The addresses of the outcome: names, and what to know of each."""
    lire = _SUR_PAPIER.get(ici.marche.noeud.donnees, str)
    donnees = [(element.nom, lire(element)) for element in elements_de(ici)]
    liens = ici.issue.texte.liens if ici.issue else ()
    return donnees + [(lien.nom, lien.site) for lien in liens]


@functools.cache
def affiche(nom: str, *, marque_etat: bool) -> bytes:
    """A poster, drawn once per process: nothing of it changes without a deployment."""
    contexte: dict[str, Any] = _commun(marque_etat)
    contexte |= {"dessin": dessiner(), "alternative": en_toutes_lettres()}
    contexte["profils"] = PROFILS.values()
    return imprimer(render_to_string(AFFICHES[nom], contexte), feuille=FEUILLE)


def _commun(marque_etat: bool) -> dict[str, Any]:
    return {
        "marque_etat": marque_etat,
        "telephone": settings.TELEPHONE_SUPPORT,
        "site": settings.SITE_URL.partition("://")[2],
    }
