"""What each table keeps, and until when: one list, which the purge follows.

The journal's subjects have rules of their own (`journal.retention`), under a role of their own;
they go first. A table that is in neither list says why in `SANS_TERME`; a test knows them all.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import (
    CharField,
    Exists,
    ManyToOneRel,
    Model,
    OneToOneField,
    OuterRef,
    QuerySet,
)
from django.db.models.functions import Cast

from aidants.models import (
    Aidant,
    Courrier,
    Echec,
    ImportCartes,
    Invitation,
    Recuperation,
    Session,
)
from fournisseur_identite.models import AssertionServie, DemandeAutorisation, DemandePoussee
from journal.models import PLATEFORME, Sujet
from journal.retention import il_y_a
from mandats.conservation import ANNEES
from mandats.models import CodeReimprime, Mandat, Projet
from usagers.models import MessageUsager, Usager

Cles = list[Any]
Bilan = dict[str, int]
INVITATION_SANS_SUITE: Final = timedelta(days=365)


# --- Deleting -------------------------------------------------------------------------------------


def effacer_avec_suites(modele: type[Model], cles: Cles) -> int:
    """Delete rows with what cannot be without them; what only points at them forgets them."""
    if not cles:
        return 0
    for champ in _liens_vers(modele):
        suites = champ.model._base_manager.filter(**{f"{champ.name}__in": cles})
        if champ.null and not isinstance(champ, OneToOneField):
            suites.update(**{champ.name: None})
        else:
            effacer_avec_suites(champ.model, list(suites.values_list("pk", flat=True)))
    modele._base_manager.filter(pk__in=cles).delete()
    return len(cles)


def _liens_vers(modele: type[Model]) -> Iterator[Any]:
    """The foreign keys that point at this table, whether Django names the way back or not."""
    for lien in modele._meta.get_fields(include_hidden=True):
        if isinstance(lien, ManyToOneRel):  # one to one included
            yield lien.field


def _lignes(modele: type[Model], cle: str) -> "Callable[[Cles, datetime], Bilan]":
    return lambda cles, _instant: {cle: effacer_avec_suites(modele, cles)}


def _mandats(cles: Cles, instant: datetime) -> Bilan:
    """With their documents, notices and connexions; then who is kept by nothing else is unnamed."""
    usagers = set(Mandat.objects.filter(pk__in=cles).values_list("usager_id", flat=True))
    bilan = {"mandats": effacer_avec_suites(Mandat, cles)}
    tenus = Usager.objects.filter(pk__in=usagers).order_by("pk").select_for_update()
    list(tenus.values_list("pk", flat=True))  # who is read again below cannot come back meanwhile
    seuls = list(_sans_attache(instant).filter(pk__in=usagers).values_list("pk", flat=True))
    for champ in _liens_vers(Usager):
        attaches = champ.model._base_manager.filter(**{f"{champ.name}__in": seuls})
        effacer_avec_suites(champ.model, list(attaches.values_list("pk", flat=True)))
    return bilan | {"usagers": Usager.objects.filter(pk__in=seuls).anonymiser(instant)}


def _usagers(cles: Cles, instant: datetime) -> Bilan:
    """Read again under the lock: one of them may have begun a draft in between."""
    encore = _sans_attache(instant).filter(pk__in=cles)
    return {"usagers": effacer_avec_suites(Usager, list(encore.values_list("pk", flat=True)))}


def _comptes(cles: Cles, _instant: datetime) -> Bilan:
    comptes = Aidant.objects.filter(pk__in=cles)
    return {"comptes": sum(compte.anonymiser(par=PLATEFORME) for compte in comptes)}


# --- What is over ---------------------------------------------------------------------------------


def _sans_attache(_instant: datetime) -> QuerySet[Usager]:
    """Persons whom neither a mandat nor a draft keeps."""
    return Usager.objects.filter(anonymise_le=None, mandats=None, projets=None)


def _mandats_finis(instant: datetime) -> QuerySet[Mandat]:
    return Mandat.objects.termines(il_y_a(ANNEES, instant))


def _sans_journal(mandats: QuerySet[Any], instant: datetime) -> QuerySet[Any]:
    """Those of which the journal names nobody any more, but for what is of the last year."""
    sujets = Sujet.objects.filter(
        mandat_ref=Cast(OuterRef("pk"), CharField()), entree__instant__lt=il_y_a(1, instant)
    )
    return mandats.exclude(Exists(sujets))


def _invitations(instant: datetime) -> QuerySet[Invitation]:
    """Those that nobody took up: whom they name never had an account by them."""
    limite = instant - INVITATION_SANS_SUITE
    return Invitation.objects.filter(acceptee_le=None, expire_le__lt=limite)


@dataclass(frozen=True, kw_only=True)
class Terme:
    """When rows of one kind are over, and what is then done to a batch of them.

    `echus` says which are; `prets` leaves out those that must wait for something else to go first.
    """

    cle: str
    echus: Callable[[datetime], QuerySet[Any]]
    effacer: Callable[[Cles, datetime], Bilan]
    prets: Callable[[QuerySet[Any], datetime], QuerySet[Any]] = lambda lignes, _instant: lignes


# In this order: what holds something goes before what it holds.
TERMES: Final = [
    Terme(cle="mandats", echus=_mandats_finis, effacer=_mandats, prets=_sans_journal),
    Terme(cle="projets", echus=Projet.objects.perimes, effacer=_lignes(Projet, "projets")),
    Terme(cle="usagers", echus=_sans_attache, effacer=_usagers),
    Terme(cle="comptes", echus=Aidant.objects.anonymisables, effacer=_comptes),
    Terme(cle="invitations", echus=_invitations, effacer=_lignes(Invitation, "invitations")),
    Terme(cle="liens", echus=Recuperation.objects.perimees, effacer=_lignes(Recuperation, "liens")),
    Terme(cle="courriers", echus=Courrier.objects.perimes, effacer=_lignes(Courrier, "courriers")),
    Terme(
        cle="messages",
        echus=MessageUsager.objects.perimes,
        effacer=_lignes(MessageUsager, "messages"),
    ),
    Terme(
        cle="feuilles",
        echus=CodeReimprime.objects.perimes,
        effacer=_lignes(CodeReimprime, "feuilles"),
    ),
    Terme(cle="sessions", echus=Session.objects.perimees, effacer=_lignes(Session, "sessions")),
    Terme(cle="echecs", echus=Echec.objects.perimes, effacer=_lignes(Echec, "echecs")),
    Terme(
        cle="fichiers",
        echus=ImportCartes.objects.perimes,
        effacer=_lignes(ImportCartes, "fichiers"),
    ),
    Terme(
        cle="demandes",
        echus=DemandeAutorisation.objects.perimees,
        effacer=_lignes(DemandeAutorisation, "demandes"),
    ),
    Terme(
        cle="poussees",
        echus=DemandePoussee.objects.perimees,
        effacer=_lignes(DemandePoussee, "poussees"),
    ),
    Terme(
        cle="assertions",
        echus=AssertionServie.objects.perimees,
        effacer=_lignes(AssertionServie, "assertions"),
    ),
]

# Why the rows of these tables have no term of their own.
_MANDAT = "part of a mandat, and goes with it"
_COMPTE = "of an account, and unnamed or deleted when it is anonymised"
_CHOSE = "of no person"
SANS_TERME: Final = {
    "mandats.Autorisation": _MANDAT,
    "mandats.Attestation": _MANDAT,
    "mandats.Avis": _MANDAT,
    "fournisseur_identite.Connexion": _MANDAT,
    "fournisseur_identite.AvisDeFin": _MANDAT,
    "aidants.Appartenance": _COMPTE,
    "aidants.AppareilTotp": _COMPTE,
    "aidants.CarnetSecours": _COMPTE,
    "aidants.CarteTotp": _COMPTE,
    "aidants.Structure": _CHOSE,
    "fournisseur_identite.CleSignature": _CHOSE,
    "fournisseur_identite.FournisseurService": _CHOSE,
    "usagers.FournisseurIdentite": _CHOSE,
    "usagers.LieuFormation": _CHOSE,
    "usagers.SiteDemarche": _CHOSE,
    "usagers.PassageParcours": _CHOSE,
    "aidants_connect.QuestionFrequente": _CHOSE,
    "aidants_connect.Traduction": _CHOSE,
    "aidants_connect.VideoSignes": _CHOSE,
    "aidants_connect.Releve": _CHOSE,
    "aidants_connect.Purge": _CHOSE,
}
