"""The public keys that a FS publishes at its `jwks_uri`, read within bounds.

The supervision wrote the address; what answers there is somebody else's server, and anybody can
make us look at it by naming the client. So: within the bounds of `appels`, 64 kB, 5 seconds in all,
once a minute for each FS and each of our processes whatever happens, and never in a transaction.
"""

import json
import logging
from typing import Any, Final

from django.core.cache import cache

from fournisseur_identite import appels
from fournisseur_identite.appels import AppelImpossible
from fournisseur_identite.jwks import defaut_de_jwks
from fournisseur_identite.models import FournisseurService

logger = logging.getLogger(__name__)

FRAICHEUR: Final = 300  # seconds: then the keys are read again
SECOURS: Final = 86_400  # and how long they serve while the site does not answer
ATTENTE: Final = 60  # between two readings for one FS: an unknown `kid` cannot ask for more
TAILLE_MAX: Final = 65_536
DELAI: Final = 5.0  # seconds, for the whole of a reading


class LectureImpossible(Exception):
    """Why, in a sentence for the supervision; the FS only reads `invalid_client`."""


def document(fs: FournisseurService) -> dict[str, Any]:
    """The keys known of a FS: those that were typed, or the last that were read."""
    if not fs.jwks_uri:
        return dict(fs.jwks)
    return dict(cache.get(_nom(fs, "cles"), {}))


def preparer(fs: FournisseurService, kid: Any) -> None:
    """Read the keys when they are old, or when `kid` is none of them; at most once a minute."""
    if not fs.jwks_uri:
        return
    connues = {cle.get("kid") for cle in document(fs).get("keys", [])}
    if cache.get(_nom(fs, "fraiches")) and (kid is None or kid in connues):
        return
    if not cache.add(_nom(fs, "attente"), True, ATTENTE):
        return
    try:
        _garder(fs, lire(fs.jwks_uri))
    except LectureImpossible as raison:
        logger.warning("jwks_uri of client %s: %s", fs.client_id, raison)


def _garder(fs: FournisseurService, cles: dict[str, Any]) -> None:
    cache.set(_nom(fs, "cles"), cles, SECOURS)
    cache.set(_nom(fs, "fraiches"), True, FRAICHEUR)


def _nom(fs: FournisseurService, quoi: str) -> str:
    """Another address is another document."""
    return f"jwks:{quoi}:{fs.pk}:{fs.jwks_uri}"


def lire(adresse: str) -> dict[str, Any]:
    """The JWKS at this address; raises `LectureImpossible` for anything else."""
    try:
        cles = json.loads(appels.lire(adresse, delai=DELAI, taille_max=TAILLE_MAX))
    except AppelImpossible as erreur:
        raise LectureImpossible(str(erreur)) from erreur
    except (ValueError, RecursionError) as erreur:
        raise LectureImpossible("La réponse n’est pas un JWKS.") from erreur
    if defaut := defaut_de_jwks(cles):
        raise LectureImpossible(defaut)
    if not cles:
        raise LectureImpossible("La réponse est vide.")
    return dict(cles)
