"""The people and the mandats of a structure, as lists read them: one query for a page."""

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery

from aidants.models import Structure
from mandats.models import Autorisation, Mandat
from mandats.models.mandats import finit_bientot
from usagers.identite import sans_accents
from usagers.models import Usager, UsagerQuerySet


def usagers_de(structure: Structure) -> UsagerQuerySet:
    """The people who have or had a mandat here, with `fin_active` and the state's facts."""
    mandats = Mandat.objects.de(structure).lisibles().filter(usager=OuterRef("pk"))
    dernier = mandats.actifs().order_by("-fin")
    ouvertes = Autorisation.objects.filter(mandat=OuterRef("pk"), revoquee_le=None)
    ouverts = mandats.filter(Exists(ouvertes))
    return (
        Usager.objects.filter(Exists(mandats))
        .annotate(
            fin_active=Subquery(dernier.values("fin")[:1]),
            duree_active=Subquery(dernier.values("duree")[:1]),
            a_ouvert=Exists(ouverts),
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
        .filter(mandat__usager=OuterRef("pk"), demarche__in=demarches)
    )
    return Usager.objects.filter(Exists(actives)).order_by("nom", "prenoms", "pk")


def etat(usager: Usager) -> str:
    """« actif », « bientot », « expire » or « revoque », from `usagers_de`'s annotations."""
    fin = getattr(usager, "fin_active", None)
    if fin is None:
        return "expire" if getattr(usager, "a_ouvert", False) else "revoque"
    return "bientot" if finit_bientot(fin, getattr(usager, "duree_active", 0)) else "actif"


def mandats_de(structure: Structure, termes: str = "") -> QuerySet[Mandat]:
    """The structure's mandats, newest first, whose usager or reference holds `termes`."""
    mandats = Mandat.objects.de(structure).lisibles().avec_tout()
    for terme in sans_accents(termes).split():
        reference = Q(reference__icontains=terme)
        mandats = mandats.filter(Q(usager__recherche__contains=terme) | reference)
    return mandats.order_by("-signe_le", "pk")


def vus_recemment(structure: Structure, nombre: int = 5) -> QuerySet[Usager]:
    """The people whose latest mandats were signed here."""
    return usagers_de(structure).annotate(
        dernier=Max("mandats__signe_le", filter=Q(mandats__structure=structure))
    ).order_by("-dernier")[:nombre]  # fmt: skip
