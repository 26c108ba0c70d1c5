"""The mandat's PDF: what stands on it, on how many pages, under which seal."""

from typing import Any, NamedTuple

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from aidants.demarches import DEMARCHES
from journal.sceaux import Sceau
from mandats import code_papier, sceau_pdf
from mandats.durees import en_clair
from mandats.models import Mandat
from usagers.papier import imprimer_en

# Beyond so many démarches, or characters of names, the type is 11 points at once, or tight at once.
DENSE, DENSE_NOMS, SERRE_NOMS = 5, 150, 300
LONG = 60  # characters from which a name takes smaller type, where the others leave it no room
# Then less room for each, until all stands on two pages and the form. Only the last one has letters
# below 11 points, those of names of hundreds of wide letters.
MISES_EN_PAGE = (
    "", "dense", "dense serre", "dense serre minuscule", "dense serre minuscule infime",
)  # fmt: skip
PAGES = 3


class Modele(NamedTuple):
    gabarit: str
    feuille: str


# Every text that people have signed: a change of words is a new entry, and none ever leaves.
MODELES = {
    "2026-11": Modele("mandats/papier/mandat_2026_11.html", "mandats/papier.css"),
    "2026-12": Modele("mandats/papier/mandat_2026_12.html", "mandats/papier_2026_12.css"),
}
MODELE = "2026-12"  # what is signed today; kept with each document, and written on it


def composer(mandat: Mandat, papier: code_papier.CodePapier) -> bytes:
    """Return the bytes of the mandat's PDF, with its code and the platform's seal.

    Nothing of it is kept yet.
    """
    gabarit, feuille = MODELES[MODELE]
    contexte = _contexte(mandat, papier)
    mises_en_page = MISES_EN_PAGE[_premiere_mise_en_page(mandat) :]
    textes = (render_to_string(gabarit, contexte | {"mise_en_page": nom}) for nom in mises_en_page)
    return sceau_pdf.sceller(imprimer_en(PAGES, textes, feuille=feuille))


def _contexte(mandat: Mandat, papier: code_papier.CodePapier) -> dict[str, Any]:
    verification = settings.SITE_URL + reverse("verification", args=[mandat.reference])
    return {
        "mandat": mandat,
        "debut": en_clair(mandat.signe_le),
        "fin": en_clair(mandat.fin),
        "code": str(papier),
        "demarches": [DEMARCHES[cle] for cle in mandat.demarches_ouvertes],
        "long": {nom: "nom" if len(texte) > LONG else "" for nom, texte in _noms(mandat).items()},
        "traits": chemins(mandat.signature_trace),
        "qr": segno.make(verification, error="m").svg_data_uri(scale=3, border=2),
        "adresse_verification": verification,
        "adresse_mon_mandat": settings.SITE_URL + reverse("mon_mandat"),
        "telephone": settings.TELEPHONE_SUPPORT,
        "marque_etat": settings.MARQUE_ETAT,
        "modele": MODELE,
        "tete": Sceau.objects.first(),
    }


def _noms(mandat: Mandat) -> dict[str, str]:
    """What people wrote, and may be very long."""
    return {
        "usager": mandat.usager.nom_complet,
        "structure": mandat.structure.nom,
        "adresse": mandat.structure.adresse_complete,
        "aidant": mandat.aidant.nom_complet,
        "lieu": mandat.lieu,
        "signature": mandat.signature_nom,
    }


def _premiere_mise_en_page(mandat: Mandat) -> int:
    """Laying out costs most of a signature: those that cannot hold are not tried."""
    noms = len(mandat.usager.nom_complet) + len(mandat.structure.nom)
    if noms > SERRE_NOMS:
        return 2
    return int(len(mandat.demarches_ouvertes) > DENSE or noms > DENSE_NOMS)


def chemins(trace: list[list[list[int]]]) -> list[str]:
    """The strokes of a drawn signature as SVG `points`."""
    return [" ".join(f"{x},{y}" for x, y in trait) for trait in trace]
