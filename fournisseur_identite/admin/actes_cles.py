"""What the supervision may do to the keys that sign: ahead of the calendar, or in a hurry."""

from typing import Any, Final

from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest

from aidants.admin.actes import Acte, Refus
from aidants.admin.roles import compte
from fournisseur_identite.models import CleSignature
from fournisseur_identite.models.cles import Empechement, Etat

REFUS: Final = {
    Empechement.TROP_RECENTE: "Pas encore : aucune clé suivante n’est publiée depuis 24 heures. "
    "Des sites ne l’ont pas encore lue, et refuseraient ce qu’elle signe. La liste des clés "
    "dit quand elle pourra signer.",
    Empechement.DEJA_PRETE: "La clé suivante est déjà là.",
}


def _peut_preparer(request: HttpRequest, cle: CleSignature) -> bool:
    """Where no other key waits already."""
    return cle.est_active and not CleSignature.objects.filter(alg=cle.alg).prochaines().exists()


def _dire(empechement: Empechement | None, message: str) -> str | Refus | None:
    """What the person reads; None when the key is gone: another act came first."""
    if empechement is None:
        return message
    texte = REFUS.get(empechement)
    return Refus(NON_FIELD_ERRORS, texte) if texte else None


def _qui(request: HttpRequest, donnees: dict[str, Any]) -> dict[str, Any]:
    return {"par": compte(request).auteur, "motif": donnees["precision"]}


def _preparer(
    request: HttpRequest, cle: CleSignature, donnees: dict[str, Any]
) -> str | Refus | None:
    empechement = CleSignature.objects.preparer(cle.alg, **_qui(request, donnees))
    return _dire(empechement, f"La clé {cle.alg} suivante est préparée.")


def _publier(
    request: HttpRequest, cle: CleSignature, donnees: dict[str, Any]
) -> str | Refus | None:
    empechement = CleSignature.objects.publier(cle.kid, **_qui(request, donnees))
    return _dire(empechement, "La clé est publiée. Elle pourra signer dans 24 heures.")


def _tourner(
    request: HttpRequest, cle: CleSignature, donnees: dict[str, Any]
) -> str | Refus | None:
    empechement = CleSignature.objects.tourner(cle.alg, **_qui(request, donnees))
    return _dire(empechement, "C’est fait : la clé suivante signe.")


def _revoquer(
    request: HttpRequest, cle: CleSignature, donnees: dict[str, Any]
) -> str | Refus | None:
    empechement = CleSignature.objects.revoquer(cle.kid, **_qui(request, donnees))
    return _dire(empechement, "La clé est révoquée. Elle ne signe plus rien.")


ACTES: tuple[Acte, ...] = (
    Acte(
        nom="tourner",
        libelle="Faire tourner",
        consequence="La clé suivante signe à partir de maintenant. Celle-ci ne signe plus ; les "
        "sites peuvent encore vérifier avec elle pendant 25 heures. Aucune connexion n’est coupée.",
        executer=_tourner,
        possible=lambda _request, cle: cle.est_active,
    ),
    Acte(
        nom="preparer",
        libelle="Préparer la clé suivante",
        consequence="Une nouvelle paire de clés est faite. Elle sera publiée la nuit prochaine, et "
        "pourra signer 24 heures après.",
        executer=_preparer,
        possible=_peut_preparer,
    ),
    Acte(
        nom="publier",
        libelle="Publier maintenant",
        consequence="Les sites pourront lire cette clé tout de suite. Elle pourra signer dans "
        "24 heures, quand tous l’auront lue. Une clé publiée la nuit suivant sa préparation est "
        "déjà dans une sauvegarde ; celle-ci n’y est peut-être pas encore.",
        executer=_publier,
        possible=lambda _request, cle: cle.etat is Etat.PREPAREE,
    ),
    Acte(
        nom="revoquer",
        libelle="Révoquer d’urgence",
        consequence="À faire si quelqu’un a pu lire ou copier cette clé. Elle ne signe plus rien "
        "et n’est plus publiée : une autre prend sa place tout de suite. Les connexions en cours "
        "peuvent échouer : l’aidant recommence. Sa partie secrète est effacée, et on ne peut pas "
        "revenir en arrière.",
        executer=_revoquer,
        possible=lambda _request, cle: cle.etat is not Etat.SUPPRIMEE,
        dangereux=True,
    ),
)
