"""Keyed hashes: HMAC-SHA-256 under keys that the database does not hold (the pepper).

Rotation: `CLE_EMPREINTES` makes every new hash; what the `CLES_EMPREINTES_ANCIENNES` made is still
found and accepted. A hash cannot be opened to be made again: it passes under the current key when
its plain value is at hand, and what is kept says by a name which key made it.
"""

import hashlib
import hmac
from collections.abc import Sequence

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password

_NOM = 4  # bytes of the name of a key


def empreinte(valeur: str, *, usage: str) -> str:
    """Return a keyed hash (64 hex digits); one `usage` tells nothing of another."""
    return _hacher(settings.CLE_EMPREINTES, valeur, usage)


def empreintes(valeur: str, *, usage: str) -> list[str]:
    """The hashes of this value under every key of the ring, the current one's first."""
    return [_hacher(cle, valeur, usage) for cle in _anneau()]


def est_empreinte(recue: str, valeur: str, *, usage: str, longueur: int = 64) -> bool:
    """Whether `recue` is (the beginning of) the hash of `valeur` by any key; constant time."""
    debuts = [toute[:longueur].encode() for toute in empreintes(valeur, usage=usage)]
    return any([hmac.compare_digest(debut, recue.encode()) for debut in debuts])  # noqa: C419 - all are compared


# --- Short secrets: a password hash over the keyed one ---


def enfermer(empreinte_courante: str) -> str:
    """What is kept of a short secret, from its hash under the current key.

    Without the name and its colon, it was made by the first key that the site ever had.
    """
    return f"{nom_courant()}:{make_password(empreinte_courante)}"


def ouvre(toutes: Sequence[str], garde: str) -> bool:
    """Whether one of these hashes is what `garde` was made from.

    Each is tried, found or not: as much work for every answer, here and in `travailler`.
    """
    hache = garde.rpartition(":")[2]
    return any([check_password(e, hache) for e in toutes])  # noqa: C419 - all are tried


def travailler(toutes: Sequence[str]) -> None:
    """The work of `ouvre` where there is nothing to open."""
    for e in toutes:
        make_password(e)


def est_courante(garde: str) -> bool:
    """Whether `enfermer` made this under the current key."""
    return garde.startswith(f"{nom_courant()}:")


# --- The keys ---


def nom_courant() -> str:
    """Eight hex digits that name the current key, and tell nothing of it."""
    return _nom(settings.CLE_EMPREINTES)


def noms_anciens() -> list[str]:
    return [_nom(cle) for cle in settings.CLES_EMPREINTES_ANCIENNES]


def _nom(cle: str) -> str:
    return hashlib.sha256(b"aidants.empreintes\0" + bytes.fromhex(cle)).hexdigest()[: 2 * _NOM]


def _anneau() -> list[str]:
    return [settings.CLE_EMPREINTES, *settings.CLES_EMPREINTES_ANCIENNES]


def _hacher(cle: str, valeur: str, usage: str) -> str:
    message = f"{usage}\x00{valeur}".encode()
    return hmac.new(bytes.fromhex(cle), message, hashlib.sha256).hexdigest()
