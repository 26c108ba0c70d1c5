"""The mails of accounts: written in the outbox with the act, sent after the commit."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import models


class GenreCourrier(models.TextChoices):
    """Each has its template, `aidants/courriels/<genre>.txt`."""

    INVITATION = "invitation", "invitation"
    MOT_DE_PASSE_OUBLIE = "mot_de_passe_oublie", "mot de passe oublié"
    MOT_DE_PASSE_CHANGE = "mot_de_passe_change", "mot de passe changé"
    FACTEUR_AJOUTE = "facteur_ajoute", "moyen de connexion ajouté"
    FACTEUR_RETIRE = "facteur_retire", "moyen de connexion retiré"
    FACTEURS_REINITIALISES = "facteurs_reinitialises", "moyens de connexion réinitialisés"
    CODE_SECOURS_UTILISE = "code_secours_utilise", "code de secours utilisé"
    COMPTE_MODIFIE = "compte_modifie", "compte modifié"
    INACTIVITE = "inactivite", "compte bientôt désactivé"
    DESACTIVATION = "desactivation", "compte désactivé"
    REACTIVATION = "reactivation", "compte réactivé"
    ROLE_CHANGE = "role_change", "rôle changé"
    ROLE_RETIRE = "role_retire", "départ d’une structure"
    SUPERVISION_RETIREE = "supervision_retiree", "départ de l’équipe nationale"
    TETE_JOURNAL = "tete_journal", "tête du journal, pour un témoin"
    ALARME_JOURNAL = "alarme_journal", "alarme du journal"


def prevenir(genre: GenreCourrier, *, adresse: str, **champs: Any) -> None:
    """Write a mail in the transaction of the act, and enqueue it once that is committed.

    `champs`: the `aidant`, `invitation` or `recuperation` that it speaks of, and `details` (JSON).
    A broker that is down costs nothing: the sweep sends it later.
    """
    courriers = apps.get_model("aidants.Courrier").objects
    courriers.create(genre=genre, adresse=adresse, **champs).enfiler()


def prevenir_ensemble(genre: GenreCourrier, lettres: Iterable[dict[str, Any]]) -> None:
    """As `prevenir`, for many mails of one act; `lettres`: the fields of each."""
    modele = apps.get_model("aidants.Courrier")
    modele.objects.ecrire_ensemble([modele(genre=genre, **champs) for champs in lettres])
