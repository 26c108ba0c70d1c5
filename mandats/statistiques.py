"""Figures of mandats and of their uses: of one structure, of several or of the country.

Uses are counted from the journal, where each stands exactly once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from django.core.cache import cache
from django.db.models import CharField, Count, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, TruncMonth
from django.utils import formats, timezone

from aidants import facteurs
from aidants.demarches import DEMARCHES
from aidants.models import Aidant, Appartenance, CarteTotp, Courrier, Invitation, Structure
from aidants.models.cartes import Etat
from aidants.models.envois import ESSAIS_MAX
from journal.models import Entree
from mandats.durees import BIENTOT
from mandats.models import Autorisation, Avis, Mandat

Mesures = list[tuple[str, int]]
MOIS = 12
FRAICHEUR = 60  # seconds that the great figures of the country are kept, by each process


def debut_du_mois(instant: datetime) -> datetime:
    return timezone.localtime(instant).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def mois_courant() -> str:
    return formats.date_format(timezone.localtime(), "F Y")


def derniers_mois(instant: datetime) -> list[datetime]:
    """The first instants of the last twelve months, the current one last, in Paris time."""
    mois = [debut_du_mois(instant)]
    while len(mois) < MOIS:
        mois.append(debut_du_mois(mois[-1] - timedelta(days=1)))
    return mois[::-1]


# --- Through time, by perimeter -------------------------------------------------------------------


def mandats_par_mois(mandats: QuerySet[Mandat]) -> Mesures:
    return _par_mois(mandats, "signe_le")


def utilisations_par_mois(entrees: QuerySet[Entree]) -> Mesures:
    return _par_mois(entrees, "instant")


def _par_mois(lignes: QuerySet[Any], champ: str) -> Mesures:
    mois = derniers_mois(timezone.now())
    comptes = (
        lignes.filter(**{f"{champ}__gte": mois[0]})
        .order_by()
        .annotate(mois=TruncMonth(champ))
        .values("mois")
        .annotate(nombre=Count("pk"))
    )
    par_mois = {debut_du_mois(ligne["mois"]): ligne["nombre"] for ligne in comptes}
    return [(formats.date_format(m, "N Y").lower(), par_mois.get(m, 0)) for m in mois]


def autorisations_par_demarche(mandats: QuerySet[Mandat]) -> Mesures:
    """The authorisations that are open now."""
    ouvertes = Autorisation.objects.actives().filter(mandat__in=mandats)
    return _par_demarche(ouvertes)


def utilisations_par_demarche(entrees: QuerySet[Entree]) -> Mesures:
    """Over the same twelve months."""
    return _par_demarche(entrees.filter(instant__gte=derniers_mois(timezone.now())[0]))


def _par_demarche(lignes: QuerySet[Any]) -> Mesures:
    comptes = lignes.order_by().values("demarche").annotate(nombre=Count("pk"))
    par_cle = {ligne["demarche"]: ligne["nombre"] for ligne in comptes}
    return [(d.titre, par_cle.get(cle, 0)) for cle, d in DEMARCHES.items()]


# --- By structure: one query, whatever their number -----------------------------------------------


def avec_chiffres(structures: QuerySet[Structure]) -> QuerySet[Any]:
    """Add to each structure its figures of the month, and what waits for its manager."""
    maintenant = timezone.now()
    mois = debut_du_mois(maintenant)
    mandats = Mandat.objects.all()
    ouvertes = Appartenance.objects.ouvertes().filter(aidant__is_active=True)
    sans_facteur = facteurs.sans_facteur(Aidant.objects.filter(is_active=True)).values("pk")
    utilisations = Entree.objects.jetons().filter(instant__gte=mois)
    return structures.annotate(
        signes=_compter(mandats.filter(signe_le__gte=mois)),
        finissent=_compter(mandats.actifs().filter(fin__lte=maintenant + BIENTOT)),
        aidants_actifs=_compter(ouvertes.filter(est_aidant=True)),
        sans_facteur=_compter(ouvertes.filter(aidant__in=sans_facteur)),
        invitations_en_attente=_compter(Invitation.objects.en_attente()),
        cartes_a_valider=_compter(ouvertes.filter(aidant__cartes__etat=Etat.ASSOCIEE)),
        utilisations=_compter(
            utilisations.filter(structure_ref=Cast(OuterRef("pk"), CharField())), "structure_ref"
        ),
    )


def _compter(lignes: QuerySet[Any], par: str = "structure") -> Coalesce:
    """The number of these rows that are of the structure of the outer query."""
    if par == "structure":
        lignes = lignes.filter(structure=OuterRef("pk"))
    comptes = lignes.order_by().values(par).annotate(nombre=Count("pk")).values("nombre")
    return Coalesce(Subquery(comptes, output_field=IntegerField()), 0)


# --- The country ----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Pays:
    signes: int
    finissent: int
    utilisations: int
    aidants_actifs: int
    sans_facteur: int
    invitations_en_attente: int
    cartes_a_valider: int
    structures_actives: int
    envois_en_echec: int


def du_pays() -> Pays:
    """What waits, as it is now; what is counted over the whole country, a minute old at most."""
    comptes = cache.get_or_set("chiffres_du_pays", _grands_nombres, FRAICHEUR)
    return Pays(**cast("dict[str, int]", comptes), **_autour())


def _grands_nombres() -> dict[str, int]:
    """Those that grow with the country: each is counted in an index, none is worth it each time."""
    maintenant = timezone.now()
    mois = debut_du_mois(maintenant)
    comptes = Aidant.objects.filter(is_active=True)
    return _denombrer(
        signes=Mandat.objects.filter(signe_le__gte=mois),
        finissent=Mandat.objects.actifs().filter(fin__lte=maintenant + BIENTOT),
        utilisations=Entree.objects.jetons().filter(instant__gte=mois),
        aidants_actifs=comptes,
        sans_facteur=facteurs.sans_facteur(comptes),
    )


def _autour() -> dict[str, int]:
    nombres = _denombrer(
        structures_actives=Structure.objects.actives(),
        invitations_en_attente=Invitation.objects.en_attente(),
        cartes_a_valider=CarteTotp.objects.filter(etat=Etat.ASSOCIEE),
        courriers=Courrier.objects.a_envoyer().filter(essais__gte=ESSAIS_MAX),
        avis=Avis.objects.a_envoyer().filter(essais__gte=ESSAIS_MAX),
    )
    return nombres | {"envois_en_echec": nombres.pop("courriers") + nombres.pop("avis")}


def _denombrer(**comptes: QuerySet[Any]) -> dict[str, int]:
    """How many rows each has, in one query; without their keys, which not every index holds."""
    premiere, *autres = [
        lignes.order_by().annotate(nom_=Value(nom)).values_list("nom_").annotate(n_=Count("*"))
        for nom, lignes in comptes.items()
    ]
    return dict.fromkeys(comptes, 0) | dict(premiere.union(*autres, all=True))


def dernieres_connexions(nombre: int = 5) -> Sequence[Aidant]:
    connus = Aidant.objects.exclude(last_login=None).order_by("-last_login")
    return list(connus[:nombre])
