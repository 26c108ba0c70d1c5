"""The people and the mandats of a structure, as lists read them: one query for a page."""

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from aidants.models import Structure
from mandats.models import Autorisation, Mandat
from mandats.models.mandats import finit_bientot
from usagers.identite import sans_accents
from usagers.models import Usager, UsagerQuerySet

RECENTS = 50  # latest mandats, among which the people seen lately


def usagers_de(structure: Structure) -> UsagerQuerySet:
    """The people who have or had a mandat here, with the end of the last one not revoked."""
    perimetres = Autorisation.objects.de(structure).filter(usager=OuterRef("pk"))
    lisibles = perimetres.lisibles()
    # Taken for the lines shown alone; an EXISTS would be answered for the whole structure at once.
    dernier = lisibles.filter(revoquee_le=None).order_by("-fin")
    return (
        Usager.objects.filter(Exists(lisibles))
        .annotate(
            derniere_fin=Subquery(dernier.values("fin")[:1]),
            derniere_duree=Subquery(dernier.values("mandat__duree")[:1]),
        )
        .order_by("nom", "prenoms", "pk")
    )


def usagers_suivis_par(structure: Structure) -> UsagerQuerySet:
    """The people who have a mandat here that is active today."""
    mandats = Mandat.objects.de(structure).actifs().filter(usager=OuterRef("pk"))
    return Usager.objects.filter(Exists(mandats))


def avec_mandat_actif(structure: Structure, demarches: list[str]) -> UsagerQuerySet:
    """The people for whom an aidant of the structure may act now, for one of `demarches`."""
    actives = (
        Autorisation.objects.actives()
        .de(structure)
        .filter(usager=OuterRef("pk"), demarche__in=demarches)
    )
    return Usager.objects.filter(Exists(actives)).order_by("nom", "prenoms", "pk")


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
        reference = Q(reference__icontains=terme)
        mandats = mandats.filter(Q(usager__recherche__contains=terme) | reference)
    return mandats.order_by("-signe_le", "pk")


def vus_recemment(structure: Structure, nombre: int = 5) -> list[Usager]:
    """The people of the latest mandats of the structure, each once."""
    mandats = Mandat.objects.de(structure).lisibles().order_by("-signe_le")
    derniers = list(dict.fromkeys(mandats.values_list("usager", flat=True)[:RECENTS]))[:nombre]
    trouves = usagers_de(structure).order_by().in_bulk(derniers)
    return [trouves[pk] for pk in derniers if pk in trouves]
