"""What a FS receives of the usager: claims by scope, a pairwise `sub`, the perimeters' labels."""

import base64
import hashlib
import hmac
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings

from aidants.demarches import DEMARCHES
from aidants.models import Aidant
from fournisseur_identite.models import Connexion, FournisseurService
from fournisseur_identite.models.services import Politique
from usagers.models import Usager

_PROFIL: Final = ("given_name", "family_name", "preferred_username", "gender", "birthdate")
CLAIMS_PAR_SCOPE: Final[dict[str, tuple[str, ...]]] = {
    "profile": _PROFIL,
    "birth": ("birthplace", "birthcountry"),
    "email": ("email",),
    **{claim: (claim,) for claim in (*_PROFIL, "birthplace", "birthcountry")},
}


def sub(fs: FournisseurService, usager: Usager) -> str:
    """Return the pairwise subject (OpenID Connect Core, 8.1): 43 ASCII characters.

    FSs of one sector, their host when they were registered, know a person under one `sub`; two
    sectors cannot compare theirs. The sector never changes: a person would become a stranger.
    """
    return _par_secteur(f"1\x00{fs.secteur}\x00{usager.pk}")


def sub_aidant(fs: FournisseurService, aidant: Aidant) -> str:
    """The pairwise subject of an aidant, for a FS that is told who acts (RFC 8693, section 4.1)."""
    return _par_secteur(f"1\x00aidant\x00{fs.secteur}\x00{aidant.pk}")


def _par_secteur(message: str) -> str:
    cle = bytes.fromhex(settings.CLE_SUB)
    condense = hmac.new(cle, message.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(condense).rstrip(b"=").decode()


def acteur(connexion: Connexion) -> dict[str, Any]:
    """The `act` claim: who acts for the usager, at a FS that is registered to see it; else nothing.

    The id_token names the aidant by the subject alone; names are for userinfo.
    """
    if not connexion.fs.voit_l_aidant:
        return {}
    aidant = connexion.aidant
    return {
        "act": {
            "sub": sub_aidant(connexion.fs, aidant),
            "given_name": aidant.prenom,
            "family_name": aidant.nom,
            "organization_name": connexion.structure.nom,
        }
    }


def claims_identite(connexion: Connexion) -> dict[str, Any]:
    """Return what userinfo answers; a claim without a value is left out, but `birthplace`.

    FranceConnect wants it present, empty for who was born abroad, and an e-mail in any case.
    """
    usager = connexion.autorisation.mandat.usager
    demandes = {c for s in connexion.scope.split() for c in CLAIMS_PAR_SCOPE.get(s, ())}
    demandes |= set(_claims_demandes(connexion, "userinfo"))
    valeurs = {
        "given_name": usager.prenoms,
        "family_name": usager.nom,
        "preferred_username": usager.nom_usage,
        "gender": usager.sexe,
        "birthdate": usager.date_naissance,
        "birthplace": usager.lieu_naissance,
        "birthcountry": usager.pays_naissance,
        "email": usager.courriel or _courriel_absent(connexion.fs),
    }
    gardes = {c: v for c, v in valeurs.items() if c in demandes and (v or c == "birthplace")}
    complements = rep_scope(connexion, "userinfo") | acteur(connexion)
    return {"sub": sub(connexion.fs, usager), **gardes, **complements}


def _courriel_absent(fs: FournisseurService) -> str:
    """FranceConnect refuses an identity without e-mail: it gets an address nobody reads."""
    hote = urlsplit(settings.SITE_URL).hostname
    return f"sans-adresse@{hote}.invalid" if fs.politique == Politique.FRANCECONNECT else ""


def rep_scope(connexion: Connexion, partie: str) -> dict[str, list[str]]:
    """The perimeter used, in the words of the request; nothing where it was not asked.

    `partie` is the part of `claims` that asks it: `id_token` or `userinfo`.
    """
    demandes = _claims_demandes(connexion, partie)
    if "rep_scope" not in demandes:
        return {}
    demarche = DEMARCHES[connexion.autorisation.demarche]
    valeurs = (demandes["rep_scope"] or {}).get("values") or []
    return {"rep_scope": [demarche.cle if demarche.cle in valeurs else demarche.libelle_fc]}


def _claims_demandes(connexion: Connexion, partie: str) -> dict[str, Any]:
    """What the request's `claims` asks for one by one (OpenID Connect Core, 5.5)."""
    claims = connexion.demande.parametres.get("claims") or {}
    return claims.get(partie) or {}
