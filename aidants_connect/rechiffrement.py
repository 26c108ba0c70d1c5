"""Every encrypted column, closed anew under the current key: the second step of a rotation."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import BinaryField, F, Func, Model, QuerySet

from aidants.chiffrement import (
    TAILLE_ENTETE,
    SecretIllisible,
    chiffrer,
    dechiffrer,
    entete_courant,
)
from aidants.models import AppareilTotp, CarteTotp, ImportCartes
from fournisseur_identite.models import CleSignature
from mandats.models import Attestation, CodeReimprime
from usagers.models import MessageUsager, Usager

# Each model says by `lieu` to what its ciphertext is bound.
COLONNES: dict[type[Model], str] = {
    AppareilTotp: "cle_chiffree",
    CarteTotp: "cle_chiffree",
    ImportCartes: "contenu_chiffre",
    Attestation: "octets_chiffres",
    CodeReimprime: "octets_chiffres",
    CleSignature: "cle_chiffree",
    Usager: "telephone_chiffre",
    MessageUsager: "adresse_chiffree",
}
LOT = 100  # rows locked at a time


@dataclass
class Bilan:
    table: str
    refaits: int = 0
    illisibles: int = 0


def rechiffrer(avancer: Callable[[Bilan], None]) -> list[Bilan]:
    """Close anew what another key has closed; `avancer` hears of each batch.

    Each batch is a transaction that locks its rows for a moment: the site goes on, and a run that
    was stopped goes on from where it was.
    """
    return [_rechiffrer(modele, colonne, avancer) for modele, colonne in COLONNES.items()]


def _rechiffrer(modele: type[Model], colonne: str, avancer: Callable[[Bilan], None]) -> Bilan:
    bilan = Bilan(modele._meta.db_table)
    suite = _a_refaire(modele, colonne)
    while lot := _refaire_un_lot(suite, colonne, bilan):
        avancer(bilan)
        # What no key opens stays where it is: it must not be met again and again.
        suite = _a_refaire(modele, colonne).filter(pk__gt=lot[-1].pk)
    return bilan


@transaction.atomic
def _refaire_un_lot(suite: QuerySet[Any], colonne: str, bilan: Bilan) -> list[Any]:
    lot = list(suite.select_for_update(of=("self",))[:LOT])
    for objet in lot:
        if _refaire(objet, colonne):
            bilan.refaits += 1
        else:
            bilan.illisibles += 1
    return lot


def _a_refaire(modele: type[Model], colonne: str) -> QuerySet[Any]:
    debut = Func(F(colonne), 1, TAILLE_ENTETE, function="substring", output_field=BinaryField())
    tous: QuerySet[Any] = modele._default_manager.exclude(**{colonne: None})
    autres: QuerySet[Any] = tous.annotate(debut=debut).exclude(debut=entete_courant())
    return autres.order_by("pk")


def _refaire(objet: Any, colonne: str) -> bool:
    try:
        clair = dechiffrer(bytes(getattr(objet, colonne)), lieu=objet.lieu)
    except SecretIllisible:
        return False
    setattr(objet, colonne, chiffrer(clair, lieu=objet.lieu))
    objet.save(update_fields=[colonne])
    return True
