"""The mandat's PDF: PDF/UA-1 by WeasyPrint, which reads our own static files alone."""

import functools
from typing import Any

import segno
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.urls import reverse
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from aidants.demarches import DEMARCHES
from mandats import code_papier
from mandats.durees import en_clair
from mandats.models import Mandat

# Beyond so many démarches, or characters of names, the type is 11 points, the least for a paper.
DENSE, DENSE_NOMS = 5, 150
MODELE = "2026-11"  # the template's version, kept with each document
GABARIT = "mandats/papier/mandat_2026_11.html"
FEUILLE = "mandats/papier.css"
_PREFIXE = "statique:"


class RessourceInterdite(FatalURLFetchingError):
    """The document asks for something else than one of our own static files."""


class DocumentImpossible(RuntimeError):
    """The document cannot be composed as its template asks: nothing is signed."""


class _Statique(URLFetcher):
    """Reads `statique:chemin` in our static files and `data:`; refuses all else."""

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        if url.startswith("data:"):
            return super().fetch(url, headers)
        chemin = url.startswith(_PREFIXE) and finders.find(url.removeprefix(_PREFIXE))
        if not chemin:
            raise RessourceInterdite(url[:80])
        with open(chemin, "rb") as fichier:
            return URLFetcherResponse(url, fichier.read())


@functools.cache
def _mise_en_page() -> tuple[_Statique, FontConfiguration, CSS]:
    """Fonts and style sheet, read once per process."""
    lecteur = _Statique(allowed_protocols=("data",))
    polices = FontConfiguration()
    chemin = finders.find(FEUILLE)
    return lecteur, polices, CSS(filename=chemin, font_config=polices, url_fetcher=lecteur)


def composer(mandat: Mandat, papier: code_papier.CodePapier) -> bytes:
    """Return the bytes of the mandat's PDF, with its code, before anything of it is kept."""
    lecteur, polices, feuille = _mise_en_page()
    texte = render_to_string(GABARIT, _contexte(mandat, papier))
    page = HTML(string=texte, url_fetcher=lecteur, base_url=_PREFIXE)
    try:
        octets: bytes = page.write_pdf(
            stylesheets=[feuille], font_config=polices, pdf_variant="pdf/ua-1"
        )
    except RessourceInterdite as erreur:  # WeasyPrint wants it outside of Exception
        raise DocumentImpossible from erreur
    return octets


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
