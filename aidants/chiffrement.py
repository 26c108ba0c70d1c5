"""Secrets at rest: AES-256-GCM, bound to the place where they are kept, never failing open.

A ciphertext moved to another row, a wrong key or plain text planted in the column all raise.
Form: 1 byte of version (2), 4 bytes that name the key, 12 bytes of nonce, ciphertext, 16-byte tag.
Version 1, without the key's name, is still read.

Rotation: `CLE_CHIFFREMENT` closes and opens, `CLES_CHIFFREMENT_ANCIENNES` only open, until
`manage.py rechiffrer` has closed everything anew. Keyed hashes have a ring of their own
(`aidants.empreintes`).
"""

import hashlib
import os
from collections.abc import Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_SANS_NOM, _VERSION = b"\x01", b"\x02"
_TAILLE_NOM = 4
_TAILLE_NONCE = 12
TAILLE_ENTETE = len(_VERSION) + _TAILLE_NOM


class SecretIllisible(Exception):
    """The stored bytes do not open with any of the keys, at this place."""


def chiffrer(clair: bytes, *, lieu: str) -> bytes:
    """Encrypt `clair`; `lieu` names table, column and row, and must be given again to read."""
    nonce = os.urandom(_TAILLE_NONCE)
    corps = AESGCM(_cle_courante()).encrypt(nonce, clair, lieu.encode())
    return entete_courant() + nonce + corps


def dechiffrer(chiffre: bytes, *, lieu: str) -> bytes:
    """Decrypt what `chiffrer` made for the same place; raise `SecretIllisible` otherwise."""
    taille = len(_SANS_NOM) if chiffre[:1] == _SANS_NOM else TAILLE_ENTETE
    entete, reste = chiffre[:taille], chiffre[taille:]
    if len(reste) < _TAILLE_NONCE + 16:
        raise SecretIllisible(lieu)
    nonce, corps = reste[:_TAILLE_NONCE], reste[_TAILLE_NONCE:]
    for cle in _anneau():
        if entete not in (_SANS_NOM, _entete(cle)):
            continue
        try:
            return AESGCM(cle).decrypt(nonce, corps, lieu.encode())
        except InvalidTag:
            continue  # of another key, when the ciphertext does not name its own
    raise SecretIllisible(lieu)


def entete_courant() -> bytes:
    """How every ciphertext of the current key begins (`TAILLE_ENTETE` bytes)."""
    return _entete(_cle_courante())


def _cle_courante() -> bytes:
    return bytes.fromhex(settings.CLE_CHIFFREMENT)


def _anneau() -> Iterator[bytes]:
    """The current key, then those that only open."""
    yield _cle_courante()
    for ancienne in settings.CLES_CHIFFREMENT_ANCIENNES:
        yield bytes.fromhex(ancienne)


def _entete(cle: bytes) -> bytes:
    return _VERSION + hashlib.sha256(b"aidants.chiffrement\0" + cle).digest()[:_TAILLE_NOM]
