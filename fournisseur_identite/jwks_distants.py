"""The public keys that a FS publishes at its `jwks_uri`, read within bounds.

The supervision wrote the address; what answers there is somebody else's server, and anybody can
make us look at it by naming the client. So: https, a public address, the one that was resolved and
no other, no redirect, 64 kB, 5 seconds in all, once a minute for each FS whatever happens, and
never inside a transaction.
"""

import ipaddress
import json
import logging
import socket
import time
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

import httpx2
from django.conf import settings
from django.core.cache import cache

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


# --- Reading an address of somebody else's --------------------------------------------------------


def lire(adresse: str) -> dict[str, Any]:
    """The JWKS at this address; raises `LectureImpossible` for anything else."""
    try:
        cles = json.loads(_octets(urlsplit(adresse)))
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as erreur:
        raise LectureImpossible("Le site ne répond pas.") from erreur
    except (ValueError, RecursionError) as erreur:
        raise LectureImpossible("La réponse n’est pas un JWKS.") from erreur
    if defaut := defaut_de_jwks(cles):
        raise LectureImpossible(defaut)
    if not cles:
        raise LectureImpossible("La réponse est vide.")
    return dict(cles)


def _octets(parties: SplitResult) -> bytes:
    """What the resolved address answers: a name that changes meanwhile changes nothing."""
    limite = time.monotonic() + DELAI
    ip = _adresse_permise(parties)
    cible = httpx2.URL(parties.geturl()).copy_with(host=ip)
    en_tetes = {"Host": parties.netloc, "Accept": "application/json", "Accept-Encoding": "identity"}
    nom = {"sni_hostname": parties.hostname}
    with (
        httpx2.Client(timeout=DELAI, trust_env=False, follow_redirects=False) as client,
        client.stream("GET", cible, headers=en_tetes, extensions=nom) as reponse,
    ):
        if reponse.status_code != httpx2.codes.OK:
            raise LectureImpossible(f"Le site répond {reponse.status_code}.")
        lu = b""
        for bloc in reponse.iter_raw():
            lu += bloc
            if len(lu) > TAILLE_MAX:
                raise LectureImpossible("La réponse dépasse 64 ko.")
            if time.monotonic() > limite:
                raise LectureImpossible("Le site répond trop lentement.")
        return lu


def _adresse_permise(parties: SplitResult) -> str:
    """An address of this name, when all of them are public (or, in a demo, this machine)."""
    if parties.scheme != "https" and settings.EN_PRODUCTION:
        raise LectureImpossible("L’adresse doit être en https.")
    port = parties.port or (443 if parties.scheme == "https" else 80)
    trouvees = socket.getaddrinfo(parties.hostname, port, type=socket.SOCK_STREAM)
    ips = [ipaddress.ip_address(str(trouvee[4][0])) for trouvee in trouvees]
    ici = not settings.EN_PRODUCTION
    if not all(ip.is_global or (ici and ip.is_loopback) for ip in ips):
        raise LectureImpossible("Le nom du site mène à une adresse privée.")
    return str(ips[0])
