"""The receipt of a revocation, on one accessible A4 page: what ended, when, who was told.

It is not frozen: who was told is written on it, and comes after the act. As long as nothing of it
changes, the same bytes are given again.
"""

from functools import partial
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from journal.actes import acte_de
from journal.models import Entree
from journal.mots import MOTS
from journal.sceaux import Sceau
from mandats import sceau_pdf
from mandats.attestation import Modele
from mandats.models import Autorisation, Avis, Mandat
from mandats.models.avis import Genre
from usagers.papier import imprimer_en
from usagers.tirages import TIRAGES

# As for the mandat itself: a change of words is a new entry, and none ever leaves.
MODELES = {"2026-11": Modele("mandats/papier/recu_2026_11.html", "mandats/recu_2026_11.css")}
MODELE = "2026-11"  # what is printed today; written on each receipt
MISES_EN_PAGE = ("", "dense", "dense minuscule")


def finies(mandat: Mandat) -> list[Autorisation]:
    """What was ended in it, the oldest end first."""
    return sorted(
        (a for a in mandat.autorisations.all() if a.revoquee_le),
        key=lambda a: (a.revoquee_le, a.titre),
    )


def avis_de_fin(mandat: Mandat) -> list[Avis]:
    """Who is told of it, and when (Code civil, art. 2005)."""
    return list(mandat.avis.filter(genre=Genre.REVOCATION).order_by("cree_le"))


def donner(mandat: Mandat) -> bytes:
    """Return the receipt of the present state, under the platform's seal.

    The journal's last head may be that of ten minutes ago, which is as true.
    """
    contexte = _contexte(mandat)
    page = render_to_string(MODELES[MODELE].gabarit, contexte | {"sceau": None})
    return TIRAGES.donner(page, partial(_composer, contexte))


def _composer(contexte: dict[str, Any]) -> bytes:
    """It keeps to one page."""
    gabarit, feuille = MODELES[MODELE]
    textes = (render_to_string(gabarit, contexte | {"mise_en_page": nom}) for nom in MISES_EN_PAGE)
    return sceau_pdf.sceller(imprimer_en(1, textes, feuille=feuille), page=0)


def _contexte(mandat: Mandat) -> dict[str, Any]:
    return {
        "mandat": mandat,
        "lignes": _lignes(mandat),
        "avis": avis_de_fin(mandat),
        "sceau": Sceau.objects.order_by("-numero").first(),
        "adresse_mon_mandat": settings.SITE_URL + reverse("mon_mandat"),
        "adresse_verification": settings.SITE_URL
        + reverse("verification", args=[mandat.reference]),
        "telephone": settings.TELEPHONE_SUPPORT,
        "marque_etat": settings.MARQUE_ETAT,
        "modele": MODELE,
    }


def _lignes(mandat: Mandat) -> list[dict[str, Any]]:
    """Each end with who asked, and the line of the journal that proves it."""
    fins = {acte_de(a.pk, "revocation"): a for a in finies(mandat)}
    inscrits = set(Entree.objects.filter(acte__in=fins).values_list("acte", flat=True))
    return [
        {"fin": fin, "par": MOTS[fin.revoquee_par], "acte": acte if acte in inscrits else ""}
        for acte, fin in fins.items()
    ]
