"""The keys that sign and those that we publish, kept open in each process.

A copy is read again after half a minute. An exchange goes further: the row that it reads says how
many changes the keys have seen (`actualiser`), so that a revoked key signs nothing more at once.

While the database is away the public keys, which sign nothing, are published from the copy for a
time: sites go on verifying what they have. A key revoked meanwhile is not published for longer.
"""

import time
from dataclasses import dataclass
from typing import Final

from django.db import InterfaceError, OperationalError, connection
from joserfc.jwk import KeySet, KeySetSerialization

from fournisseur_identite.models import CleSignature
from fournisseur_identite.models.cles import Alg, Cle
from journal.models import PLATEFORME

ALG: Final = "ES256"  # of a client that chose none
ALGS: Final = [str(alg) for alg in Alg]
AGE_MAX: Final = 30.0  # seconds
SURSIS: Final = 600.0  # seconds, of a copy that cannot be read again


@dataclass(frozen=True)
class Trousseau:
    """A copy of the keys, as they were at `lu_a` (`time.monotonic`)."""

    actives: dict[str, Cle]
    jwks: KeySetSerialization
    generation: int
    lu_a: float


_copie: Trousseau | None = None


def active(alg: str = ALG) -> Cle:
    """Return the private key that signs with `alg`, with its `kid`."""
    return _trousseau().actives[alg]


def publiees() -> KeySetSerialization:
    """Return the public keys, as /oidc/jwks publishes them (RFC 7517)."""
    return _trousseau().jwks


def a_publier() -> tuple[KeySetSerialization, bool]:
    """Return the same keys, and whether they could be read lately: PostgreSQL may be away."""
    try:
        return publiees(), True
    except (OperationalError, InterfaceError):
        if _copie is None or time.monotonic() - _copie.lu_a > SURSIS:
            raise
        return _copie.jwks, False


def publiques() -> KeySet:
    """Return the same keys, to verify what we signed: before, now, or in an hour."""
    return KeySet.import_key_set(publiees())


def actualiser(generation: int) -> None:
    """Read the keys again if there have been changes since the copy was made."""
    if _copie is not None and _copie.generation != generation:
        _lire()


def _trousseau() -> Trousseau:
    if _copie is None or time.monotonic() - _copie.lu_a > AGE_MAX:
        return _lire()
    return _copie


def _lire() -> Trousseau:
    """Read the keys; at the very first use, make them."""
    global _copie  # noqa: PLW0603 - one copy per process, replaced whole
    lu_a = time.monotonic()  # before: a key revoked meanwhile is not younger than it is
    lignes = list(CleSignature.objects.all())
    if not any(ligne.activee_le for ligne in lignes):
        CleSignature.objects.amorcer(par=PLATEFORME)
        lignes = list(CleSignature.objects.all())
        if connection.in_atomic_block:  # not committed: a copy would outlive them
            return _former(lignes, lu_a)
    _copie = _former(lignes, lu_a)
    return _copie


def _former(lignes: list[CleSignature], lu_a: float) -> Trousseau:
    deja = {cle.kid: cle for cle in _copie.actives.values()} if _copie else {}
    publiees = [ligne for ligne in lignes if ligne.est_publiee]
    return Trousseau(
        actives={
            ligne.alg: deja.get(ligne.kid) or ligne.ouvrir() for ligne in lignes if ligne.est_active
        },
        jwks={"keys": [ligne.publique for ligne in publiees]},
        generation=sum(ligne.changements for ligne in lignes),
        lu_a=lu_a,
    )
