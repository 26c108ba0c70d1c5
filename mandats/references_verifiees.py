"""A reference that somebody shows: which mandat is it, for who does not guess.

A reference has 40 bits and its answer holds nothing personal: limits keep the page from telling a
machine, for all references, which ones live.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from aidants.models import Echec
from aidants.models.echecs import Compteur, Seuil
from mandats.models import Mandat
from mandats.models.mandats import lire_reference

# Unknown references alone count: a counter that reads many papers is not slowed down.
SEUILS = (
    Seuil(nombre=30, fenetre=timedelta(minutes=10)),
    Seuil(nombre=300, fenetre=timedelta(days=1)),
)


@dataclass(frozen=True, kw_only=True)
class Reponse:
    mandat: Mandat | None = None
    freinee: bool = False


@transaction.atomic
def chercher(reference: str, *, adresse: str) -> Reponse:
    """Answer for a reference, or that this address must wait: then nothing is looked up."""
    compteurs = [Compteur(usage="verification_reference", valeur=adresse, seuils=SEUILS)]
    if Echec.objects.freine_jusqua(compteurs):
        return Reponse(freinee=True)
    mandats = Mandat.objects.prefetch_related("autorisations")
    mandat = mandats.filter(reference=lire_reference(reference)).first()
    if mandat is None:
        Echec.objects.noter(compteurs)
    return Reponse(mandat=mandat)
