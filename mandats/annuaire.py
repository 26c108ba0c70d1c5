"""The people and the mandats of a structure, as lists read them: one query for a page."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from aidants.models import Structure
from mandats.models import Autorisation, Mandat
from mandats.models.mandats import finit_bientot
from usagers.identite import sans_accents
from usagers.models import Usager, UsagerQuerySet

# By the badge of a person: « actif » and « expire bientôt », the latter alone, the two others.
FILTRES = {
    "": "Toutes",
    "actifs": "Mandat en cours",
    "bientot": "Expire bientôt",
    "termines": "Mandat terminé",
}
RECENTS = 50  # latest mandats, among which the people seen lately


def usagers_de(structure: Structure) -> UsagerQuerySet:
    """The people who have or had a mandat here, with the end of the last one not revoked."""
    perimetres = Autorisation.objects.de(structure).filter(usager=OuterRef("pk"))
    lisibles = perimetres.lisibles()
    # Taken for the lines shown alone; an EXISTS would be answered for the whole structure at once.
    dernier = lisibles.filter(revoquee_le=None).order_by("-fin")
    return Usager.objects.filter(Exists(lisibles)).annotate(
        derniere_fin=Subquery(dernier.values("fin")[:1]),
        derniere_duree=Subquery(dernier.values("mandat__duree")[:1]),
    )


def usagers_suivis_par(structure: Structure) -> UsagerQuerySet:
    """The people who have a mandat here that is active today."""
    mandats = Mandat.objects.de(structure).actifs().filter(usager=OuterRef("pk"))
    return Usager.objects.filter(Exists(mandats))


def personnes_de(structure: Structure, termes: str = "", filtre: str = "") -> QuerySet[Any, UUID]:
    """The keys of `usagers_de`, by name, of those whose names hold `termes`; one of FILTRES."""
    ici = Autorisation.objects.de(structure).lisibles().nommees(termes)
    if filtre == "actifs":
        ici = ici.actives()
    elif filtre == "bientot":
        ici = ici.finissant_bientot(Mandat.objects.de(structure).expirant_bientot())
    elif filtre == "termines":
        ici = ici.terminees()
    return ici.personnes()


def personnes_a_aider(
    structure: Structure, demarches: list[str], termes: str = ""
) -> QuerySet[Any, UUID]:
    """The people for whom an aidant of the structure may act now, for one of `demarches`."""
    actives = Autorisation.objects.actives().de(structure).filter(demarche__in=demarches)
    return actives.nommees(termes).personnes()


def etat(usager: Usager) -> str:
    """« actif », « bientot », « expire » or « revoque », from `usagers_de`'s annotations."""
    fin = getattr(usager, "derniere_fin", None)
    if fin is None:
        return "revoque"
    if fin <= timezone.now():
        return "expire"
    return "bientot" if finit_bientot(fin, getattr(usager, "derniere_duree", 0)) else "actif"


def mandats_de(structure: Structure, termes: str = "") -> QuerySet[Mandat]:
    """The structure's mandats, newest first, whose usager or reference holds `termes`."""
    mandats = Mandat.objects.de(structure).lisibles().avec_tout()
    for terme in sans_accents(termes).split():
        nommees = Autorisation.objects.de(structure).nommees(terme).values("mandat")
        mandats = mandats.filter(Q(pk__in=nommees) | Q(reference__icontains=terme))
    return mandats.order_by("-signe_le", "pk")


def vus_recemment(structure: Structure, nombre: int = 5) -> list[Usager]:
    """The people of the latest mandats of the structure, each once."""
    mandats = Mandat.objects.de(structure).lisibles().order_by("-signe_le")
    derniers = list(dict.fromkeys(mandats.values_list("usager", flat=True)[:RECENTS]))[:nombre]
    return dans_l_ordre(usagers_de(structure), derniers)


def dans_l_ordre(usagers: UsagerQuerySet, cles: Iterable[UUID]) -> list[Usager]:
    """The people of these keys, in their order."""
    cles = list(cles)
    trouves = usagers.order_by().in_bulk(cles)
    return [trouves[cle] for cle in cles if cle in trouves]
