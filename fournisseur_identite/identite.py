"""What a FS receives of the usager: claims by scope, a pairwise `sub`, the perimeters' labels."""

import base64
import hashlib
import hmac
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

from aidants.demarches import DEMARCHES
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
    message = f"1\x00{fs.secteur}\x00{usager.pk}".encode()
    condense = hmac.new(bytes.fromhex(settings.CLE_SUB), message, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(condense).rstrip(b"=").decode()


def claims_identite(connexion: Connexion) -> dict[str, str]:
    """Return what userinfo answers; a claim without a value is left out, but `birthplace`.

    FranceConnect wants it present, empty for who was born abroad, and an e-mail in any case.
    """
    usager = connexion.autorisation.mandat.usager
    demandes = {c for s in connexion.scope.split() for c in CLAIMS_PAR_SCOPE.get(s, ())}
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
    return {"sub": sub(connexion.fs, usager), **gardes}


def _courriel_absent(fs: FournisseurService) -> str:
    """FranceConnect refuses an identity without e-mail: it gets an address nobody reads."""
    hote = urlsplit(settings.SITE_URL).hostname
    return f"sans-adresse@{hote}.invalid" if fs.politique == Politique.FRANCECONNECT else ""


def rep_scope(connexion: Connexion) -> list[str] | None:
    """Return the perimeter used, in the words of the request; None when it was not asked."""
    demande = connexion.demande.parametres.get("claims") or {}
    voulu = (demande.get("id_token") or {}).get("rep_scope", _ABSENT)
    if voulu is _ABSENT:
        return None
    demarche = DEMARCHES[connexion.autorisation.demarche]
    valeurs = (voulu or {}).get("values") or []
    return [demarche.cle if demarche.cle in valeurs else demarche.libelle_fc]


_ABSENT: Final = object()
