"""Reading what a client sends, with limits, before the protocol engine sees it."""

import json
import math
from datetime import timedelta
from typing import Any, Final

from authlib.oauth2.rfc6749.errors import InvalidRequestError, OAuth2Error
from django.conf import settings
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from aidants.demarches import cle_de, ordonner
from fournisseur_identite.models import DemandeAutorisation, DemandePoussee, FournisseurService
from fournisseur_identite.models.connexions import ACR
from fournisseur_identite.models.poussees import PREFIXE
from fournisseur_identite.models.services import Politique

TAILLES: Final = {"state": 512, "nonce": 512, "claims": 2048, "scope": 300}
TAILLE_DEFAUT: Final = 1000
NOMBRE_MAX: Final = 40
PROFONDEUR_CLAIMS: Final = 6
MODES_DE_REPONSE: Final = ("query", "form_post")
ACR_TROP_HAUTS: Final = {"eidas2", "eidas3"}


class AccesImpossible(Exception):
    """Client or redirect_uri cannot be trusted: a page is shown, nobody is sent anywhere."""


def retrouver(parametres: QueryDict) -> DemandePoussee | None:
    """The pushed request that a `request_uri` of ours names; None where there is none.

    One that is unknown, too old or another client's is a stranger's (RFC 9126, section 4).
    """
    request_uri = parametres.get("request_uri", "")
    if not request_uri.startswith(PREFIXE):
        return None
    _refuser_nul(parametres)
    if any(len(parametres.getlist(nom)) != 1 for nom in ("client_id", "request_uri")):
        raise AccesImpossible
    client_id = parametres.get("client_id", "")
    poussee = DemandePoussee.objects.nommee(request_uri, client_id=client_id)
    if poussee is None:
        raise AccesImpossible
    return poussee


def deplier(poussee: DemandePoussee) -> QueryDict:
    """The parameters that were pushed: what stands in the address beside them is not read."""
    parametres = QueryDict(mutable=True)
    parametres.update(poussee.parametres)
    return parametres


def abandonner(poussee: DemandePoussee | None) -> None:
    """A pushed request that ended in an error serves no more."""
    if poussee is not None:
        poussee.delete()


def _refuser_nul(parametres: QueryDict) -> None:
    if any("\x00" in texte for nom, liste in parametres.lists() for texte in (nom, *liste)):
        raise AccesImpossible


def reconnaitre(parametres: QueryDict) -> FournisseurService:
    """Find who asks, before anything else is read; raise `AccesImpossible` for a stranger.

    After it, `redirect_uri` is an address of its own, where errors may be sent.
    """
    _refuser_nul(parametres)
    uniques = [parametres.getlist(nom) for nom in ("client_id", "redirect_uri")]
    if any(len(valeurs) != 1 for valeurs in uniques):
        raise AccesImpossible
    client_id, redirect_uri = uniques[0][0], uniques[1][0]
    fs = FournisseurService.objects.actif_nomme(client_id)
    if fs is None or not fs.check_redirect_uri(redirect_uri):
        raise AccesImpossible
    return fs


def verifier_forme(parametres: QueryDict) -> None:
    """Refuse repeated or oversized parameters; unknown ones are ignored (RFC 6749, 3.1)."""
    if len(parametres) > NOMBRE_MAX:
        raise InvalidRequestError("Too many parameters.")
    for nom, valeurs in parametres.lists():
        if len(valeurs) > 1:
            raise InvalidRequestError("A parameter is repeated.")
        if len(valeurs[0]) > TAILLES.get(nom, TAILLE_DEFAUT):
            raise InvalidRequestError("A parameter is too long.")


def verifier_politique(parametres: QueryDict, fs: FournisseurService) -> None:
    """What OpenID Connect lets a provider ask of its clients, and what we do not offer."""
    if not parametres.get("response_type"):
        raise InvalidRequestError("response_type is required.")
    if parametres["response_type"] != "code":
        raise OAuth2Error("Only code is offered.", error="unsupported_response_type")
    if "request" in parametres:
        raise OAuth2Error("Request objects are not supported.", error="request_not_supported")
    if "request_uri" in parametres:
        raise OAuth2Error("request_uri is not supported.", error="request_uri_not_supported")
    if parametres.get("response_mode", "query") not in MODES_DE_REPONSE:
        raise InvalidRequestError("Unsupported response_mode.")
    if fs.politique == Politique.FRANCECONNECT and not parametres.get("nonce"):
        raise InvalidRequestError("A nonce is required.")
    if fs.politique == Politique.PARTENAIRE:
        _exiger_s256(parametres)
    acr = set(parametres.get("acr_values", "").split())
    if acr and acr <= ACR_TROP_HAUTS:
        raise OAuth2Error("eidas1 is offered.", error="unmet_authentication_requirements")


def _exiger_s256(parametres: QueryDict) -> None:
    """Authlib takes a missing method for `plain`; RFC 9700, 2.1.1 wants S256."""
    if not parametres.get("code_challenge"):
        raise InvalidRequestError("PKCE is required.")
    if parametres.get("code_challenge_method") != "S256":
        raise InvalidRequestError("code_challenge_method must be S256.")


def lire_claims(parametres: QueryDict) -> dict[str, Any]:
    """Parse the `claims` parameter (OpenID Connect Core, 5.5): an object of objects, or nothing."""
    if "claims" not in parametres:
        return {}
    try:
        claims = json.loads(parametres.get("claims", ""))
    except (ValueError, RecursionError) as erreur:
        raise InvalidRequestError("claims is not JSON.") from erreur
    if not isinstance(claims, dict):
        raise InvalidRequestError("claims is not an object.")
    if not all(isinstance(claims.get(partie, {}), dict) for partie in ("id_token", "userinfo")):
        raise InvalidRequestError("claims is not an object of objects.")
    if not _est_conservable(claims):
        raise InvalidRequestError("claims is too deep, or holds what cannot be kept.")
    return claims


def _est_conservable(valeur: object, profondeur: int = PROFONDEUR_CLAIMS) -> bool:
    """PostgreSQL's jsonb keeps no NUL, no half of a surrogate pair and no infinity."""
    if profondeur < 0:
        return False
    if isinstance(valeur, dict):
        return all(_est_conservable(v, profondeur - 1) for paire in valeur.items() for v in paire)
    if isinstance(valeur, list):
        return all(_est_conservable(element, profondeur - 1) for element in valeur)
    if isinstance(valeur, str):
        return not any(c == "\x00" or "\ud800" <= c <= "\udfff" for c in valeur)
    return not isinstance(valeur, float) or math.isfinite(valeur)


def verifier_acr(claims: dict[str, Any]) -> None:
    """An essential level that we do not offer is a failure, never a lower one (Core, 5.5.1.1)."""
    acr = claims.get("id_token", {}).get("acr")
    if not isinstance(acr, dict) or acr.get("essential") is not True:
        return
    voulus = acr.get("values", [acr.get("value", ACR)])
    if not isinstance(voulus, list):
        raise InvalidRequestError("acr values is not a list.")
    if voulus and ACR not in voulus:
        raise OAuth2Error("eidas1 is offered.", error="unmet_authentication_requirements")


def demarches_demandees(claims: dict[str, Any], fs: FournisseurService) -> list[str]:
    """Return the démarches open to this request: the FS's, and those that `rep_scope` names."""
    valeurs = [v for partie in ("id_token", "userinfo") for v in _valeurs(claims, partie)]
    if not valeurs:
        return ordonner(fs.demarches_possibles)
    connues = {cle_de(valeur) for valeur in valeurs if isinstance(valeur, str)}
    ouvertes = ordonner({cle for cle in connues if cle} & fs.demarches_possibles)
    if not ouvertes:
        raise InvalidRequestError("rep_scope names no perimeter of this client.")
    return ouvertes


def _valeurs(claims: dict[str, Any], partie: str) -> list[Any]:
    """The `values` of `rep_scope` in this part of `claims`."""
    voulu = claims.get(partie, {}).get("rep_scope")
    if voulu is not None and not isinstance(voulu, dict):
        raise InvalidRequestError("rep_scope is not an object.")
    valeurs = (voulu or {}).get("values") or []
    if not isinstance(valeurs, list):
        raise InvalidRequestError("rep_scope values is not a list.")
    return valeurs


@transaction.atomic
def enregistrer(
    parametres: QueryDict, fs: FournisseurService, poussee: DemandePoussee | None = None
) -> DemandeAutorisation:
    """Keep a validated request; parameters never travel in hidden fields."""
    demande = _former(parametres, fs)
    demande.inserer()
    if poussee is not None and not poussee.servir(demande):
        raise InvalidRequestError("This request_uri has served.")
    return demande


def _former(parametres: QueryDict, fs: FournisseurService) -> DemandeAutorisation:
    """What is read in the parameters; raise for what cannot be."""
    claims = lire_claims(parametres)
    verifier_acr(claims)
    demande = DemandeAutorisation(
        fs=fs,
        parametres={**parametres.dict(), "claims": claims},
        demarches=demarches_demandees(claims, fs),
    )
    attente = _age_du_code(parametres)
    if attente is not None:
        demande.totp_exige_apres = timezone.now() - attente
    return demande


def verifier_lisible(parametres: QueryDict, fs: FournisseurService) -> None:
    """Raise, when a request is pushed, what would be raised when it is used."""
    _former(parametres, fs)


def _age_du_code(parametres: QueryDict) -> timedelta | None:
    """How old the aidant's last code may be: `max_age`, and 15 minutes for `prompt=login`."""
    ages = []
    if "login" in parametres.get("prompt", "").split():
        ages.append(settings.TOTP_RECENT)
    if "max_age" in parametres:
        max_age = parametres.get("max_age", "")
        if not (max_age.isascii() and max_age.isdigit()):
            raise InvalidRequestError("max_age is not a number of seconds.")
        ages.append(timedelta(seconds=min(int(max_age[:9]), 10**8)))
    return min(ages, default=None)
