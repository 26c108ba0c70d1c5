"""Secrets at rest: AES-256-GCM, bound to the place where they are kept, never failing open.

A ciphertext moved to another row, a wrong key or plain text planted in the column all raise.
Form: 1 byte of key version, 12 bytes of nonce, ciphertext and 16-byte tag.
"""

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_VERSION = b"\x01"
_TAILLE_NONCE = 12


class SecretIllisible(Exception):
    """The stored bytes do not open with the key, at this place."""


def chiffrer(clair: bytes, *, lieu: str) -> bytes:
    """Encrypt `clair`; `lieu` names table, column and row, and must be given again to read."""
    nonce = os.urandom(_TAILLE_NONCE)
    return _VERSION + nonce + _aes().encrypt(nonce, clair, lieu.encode())


def dechiffrer(chiffre: bytes, *, lieu: str) -> bytes:
    """Decrypt what `chiffrer` made for the same place; raise `SecretIllisible` otherwise."""
    version, reste = chiffre[:1], chiffre[1:]
    if version != _VERSION or len(reste) < _TAILLE_NONCE + 16:
        raise SecretIllisible(lieu)
    nonce, corps = reste[:_TAILLE_NONCE], reste[_TAILLE_NONCE:]
    try:
        return _aes().decrypt(nonce, corps, lieu.encode())
    except InvalidTag as erreur:
        raise SecretIllisible(lieu) from erreur


def empreinte(valeur: str, *, usage: str) -> str:
    """Return a keyed hash (HMAC-SHA-256, 64 hex digits); one `usage` tells nothing of another."""
    message = f"{usage}\x00{valeur}".encode()
    return hmac.new(bytes.fromhex(settings.CLE_EMPREINTES), message, hashlib.sha256).hexdigest()


def _aes() -> AESGCM:
    return AESGCM(bytes.fromhex(settings.CLE_CHIFFREMENT))
