"""Reading what a client sends, with limits, before the protocol engine sees it."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from authlib.oauth2.rfc6749.errors import InvalidRequestError, OAuth2Error
from django.conf import settings
from django.http import QueryDict
from django.utils import timezone

from aidants.demarches import cle_de, ordonner
from fournisseur_identite.models import DemandeAutorisation, FournisseurService
from fournisseur_identite.models.services import Politique

TAILLES: Final = {"state": 512, "nonce": 512, "claims": 2048, "scope": 300}
TAILLE_DEFAUT: Final = 1000
NOMBRE_MAX: Final = 40
ACR_TROP_HAUTS: Final = {"eidas2", "eidas3"}


class AccesImpossible(Exception):
    """Client or redirect_uri cannot be trusted: a page is shown, nobody is sent anywhere."""


@dataclass(frozen=True)
class Demandeur:
    """A client that we know, and an address of its own where errors may be sent."""

    fs: FournisseurService
    redirect_uri: str
    state: str


def reconnaitre(parametres: QueryDict) -> Demandeur:
    """Find who asks, before anything else is read; raise `AccesImpossible` for a stranger."""
    if any("\x00" in v for _, liste in parametres.lists() for v in liste):
        raise AccesImpossible
    uniques = [parametres.getlist(nom) for nom in ("client_id", "redirect_uri")]
    if any(len(valeurs) != 1 for valeurs in uniques):
        raise AccesImpossible
    client_id, redirect_uri = uniques[0][0], uniques[1][0]
    fs = FournisseurService.objects.actifs().filter(client_id=client_id).first()
    if fs is None or not fs.check_redirect_uri(redirect_uri):
        raise AccesImpossible
    return Demandeur(fs, redirect_uri, parametres.get("state", ""))


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
    if "request" in parametres:
        raise OAuth2Error("Request objects are not supported.", error="request_not_supported")
    if "request_uri" in parametres:
        raise OAuth2Error("request_uri is not supported.", error="request_uri_not_supported")
    if parametres.get("response_mode", "query") != "query":
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
    parties = claims.values() if isinstance(claims, dict) else [None]
    if not all(isinstance(partie, dict) for partie in parties):
        raise InvalidRequestError("claims is not an object of objects.")
    return dict(claims)


def demarches_demandees(claims: dict[str, Any], fs: FournisseurService) -> list[str]:
    """Return the démarches open to this request: the FS's, and those that `rep_scope` names."""
    voulu = claims.get("id_token", {}).get("rep_scope") or {}
    valeurs = voulu.get("values") if isinstance(voulu, dict) else None
    if not valeurs:
        return ordonner(fs.demarches_possibles)
    if not isinstance(valeurs, list):
        raise InvalidRequestError("rep_scope values is not a list.")
    connues = {cle_de(valeur) for valeur in valeurs if isinstance(valeur, str)}
    ouvertes = ordonner({cle for cle in connues if cle} & fs.demarches_possibles)
    if not ouvertes:
        raise InvalidRequestError("rep_scope names no perimeter of this client.")
    return ouvertes


def enregistrer(parametres: QueryDict, fs: FournisseurService) -> DemandeAutorisation:
    """Keep a validated request; parameters never travel in hidden fields."""
    claims = lire_claims(parametres)
    demande = DemandeAutorisation(
        fs=fs,
        parametres={**parametres.dict(), "claims": claims},
        demarches=demarches_demandees(claims, fs),
    )
    attente = _age_du_code(parametres)
    if attente is not None:
        demande.totp_exige_apres = timezone.now() - attente
    demande.save(force_insert=True)
    return demande


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
