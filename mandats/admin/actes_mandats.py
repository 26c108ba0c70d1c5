"""What the admin may do to a mandat: end it for a person who asks, or transfer it."""

from typing import Any, cast

from django import forms
from django.db import transaction
from django.http import HttpRequest

from aidants.admin.actes import Acte, MotifForm, Refus
from aidants.admin.champs import Cases
from aidants.admin.roles import compte
from aidants.demarches import DEMARCHES
from aidants.models import Structure
from mandats import taches
from mandats.models import Mandat
from mandats.models.avis import Destinataire, Genre
from mandats.transfert import est_possible, transferer

IMPOSSIBLE = (
    "Ce mandat ne peut pas aller à cette structure : elle est désactivée, elle ne peut pas faire "
    "toutes ces démarches, ou elle les a déjà pour cette personne."
)


class RevocationForm(MotifForm):
    objet: Mandat
    field_order = ("acte", "demarches", "precision")
    demarches = forms.MultipleChoiceField(
        label="Que faut-il arrêter ?",
        widget=Cases,
        error_messages={"required": "Choisissez au moins une démarche."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ouvertes = self.objet.demarches_ouvertes
        choix = cast("forms.MultipleChoiceField", self.fields["demarches"])
        choix.choices = [(cle, DEMARCHES[cle].titre) for cle in ouvertes]
        choix.initial = ouvertes


class TransfertForm(MotifForm):
    objet: Mandat
    field_order = ("acte", "vers", "precision")
    vers = forms.ModelChoiceField(
        label="Nouvelle structure",
        queryset=Structure.objects.none(),
        empty_label="Choisissez",
        error_messages={"required": "Choisissez la structure."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        autres = Structure.objects.actives().exclude(pk=self.objet.structure_id)
        choix = cast("forms.ModelChoiceField[Structure]", self.fields["vers"])
        choix.queryset = autres.order_by("nom")


def peut_revoquer(request: HttpRequest, mandat: Mandat) -> bool:
    """What the list shows is the reader's: the supervision, or a responsable of the structure."""
    return mandat.est_actif


def peut_transferer(request: HttpRequest, mandat: Mandat) -> bool:
    return compte(request).supervision and mandat.est_actif


@transaction.atomic
def _revoquer(request: HttpRequest, mandat: Mandat, donnees: dict[str, Any]) -> str | None:
    finies = mandat.revoquer(
        par=compte(request).auteur,
        moyen="administration",
        motif="demande",
        demarches=donnees["demarches"],
        precision=donnees["precision"],
    )
    if not finies:
        return None
    qui = (Destinataire.USAGER, Destinataire.STRUCTURE)
    taches.prevenir(mandat, Genre.REVOCATION, *qui, demarches=[a.demarche for a in finies])
    return "C’est arrêté. La structure ne peut plus agir pour ces démarches."


def _transferer(
    request: HttpRequest, mandat: Mandat, donnees: dict[str, Any]
) -> str | Refus | None:
    vers = donnees["vers"]
    if not est_possible(mandat, vers=vers):
        return Refus("vers", IMPOSSIBLE)
    fait = transferer(
        mandat,
        vers=vers,
        par=compte(request).auteur,
        precision=donnees["precision"],
        acte=donnees["acte"],
    )
    return f"Le mandat est maintenant à {vers}. L’usager est prévenu." if fait else None


ACTES: tuple[Acte, ...] = (
    Acte(
        nom="transferer",
        libelle="Transférer à une autre structure",
        consequence="Les aidants de la nouvelle structure pourront agir, ceux de l’ancienne ne "
        "pourront plus. Les démarches en cours s’arrêtent. L’usager reçoit un courriel, si son "
        "adresse est connue. Le document signé ne change pas.",
        executer=_transferer,
        possible=peut_transferer,
        formulaire=TransfertForm,
        dangereux=True,
    ),
    Acte(
        nom="revoquer",
        libelle="Révoquer",
        consequence="À faire quand l’usager le demande. L’effet est immédiat, et on ne peut pas "
        "revenir en arrière : aucun aidant de la structure ne pourra plus faire ces démarches pour "
        "cette personne. Elle reçoit un courriel, si son adresse est connue.",
        executer=_revoquer,
        possible=peut_revoquer,
        formulaire=RevocationForm,
        dangereux=True,
    ),
)
