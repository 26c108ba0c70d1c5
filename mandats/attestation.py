"""The mandat's PDF: what stands on it."""

from typing import Any

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from aidants.demarches import DEMARCHES
from mandats import code_papier
from mandats.durees import en_clair
from mandats.models import Mandat
from usagers.papier import imprimer

# Beyond so many démarches, or characters of names, the type is 11 points, the least for a paper.
DENSE, DENSE_NOMS = 5, 150
MODELE = "2026-11"  # the template's version, kept with each document
GABARIT = "mandats/papier/mandat_2026_11.html"
FEUILLE = "mandats/papier.css"


def composer(mandat: Mandat, papier: code_papier.CodePapier) -> bytes:
    """Return the bytes of the mandat's PDF, with its code, before anything of it is kept."""
    return imprimer(render_to_string(GABARIT, _contexte(mandat, papier)), feuille=FEUILLE)


def _contexte(mandat: Mandat, papier: code_papier.CodePapier) -> dict[str, Any]:
    verification = settings.SITE_URL + reverse("verification", args=[mandat.reference])
    return {
        "mandat": mandat,
        "debut": en_clair(mandat.signe_le),
        "fin": en_clair(mandat.fin),
        "code": str(papier),
        "demarches": [DEMARCHES[cle] for cle in mandat.demarches_ouvertes],
        "dense": _est_dense(mandat),
        "traits": chemins(mandat.signature_trace),
        "qr": segno.make(verification, error="m").svg_data_uri(scale=3, border=2),
        "adresse_verification": verification,
        "adresse_mon_mandat": settings.SITE_URL + reverse("mon_mandat"),
        "telephone": settings.TELEPHONE_SUPPORT,
        "marque_etat": settings.MARQUE_ETAT,
        "modele": MODELE,
    }


def _est_dense(mandat: Mandat) -> bool:
    noms = len(mandat.usager.nom_complet) + len(mandat.structure.nom)
    return len(mandat.demarches_ouvertes) > DENSE or noms > DENSE_NOMS


def chemins(trace: list[list[list[int]]]) -> list[str]:
    """The strokes of a drawn signature as SVG `points`."""
    return [" ".join(f"{x},{y}" for x, y in trait) for trait in trace]
