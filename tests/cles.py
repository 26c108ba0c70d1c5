"""The keys of the tests: in place before each of them, without a line in the journal."""

import functools
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from joserfc.jwk import ECKey

from fournisseur_identite.models import CleSignature
from fournisseur_identite.models.cles import Alg, Cle, generer

HEURE = timedelta(hours=1)


@functools.cache
def _paires() -> list[tuple[Alg, Cle, bool]]:
    """One that signs and its successor, of each algorithm; made once, an RSA pair is slow."""
    premiere = ECKey.import_key(settings.CLE_SIGNATURE_OIDC)
    return [
        (alg, premiere if (alg, active) == (Alg.ES256, True) else generer(alg), active)
        for alg in Alg
        for active in (True, False)
    ]


def poser() -> None:
    """Put them in the database; the copy that a process keeps stays true from test to test."""
    avant = timezone.now() - timedelta(days=2)
    lignes = [(CleSignature.de(paire, alg), active) for alg, paire, active in _paires()]
    for ligne, active in lignes:
        ligne.preparee_le = ligne.publiee_le = avant - HEURE if active else avant
        ligne.activee_le = avant if active else None
    CleSignature.objects.bulk_create([ligne for ligne, _ in lignes])


def cle_active(alg: Alg = Alg.ES256) -> CleSignature:
    return CleSignature.objects.filter(alg=alg).actives().get()


def cle_suivante(alg: Alg = Alg.ES256) -> CleSignature:
    return CleSignature.objects.filter(alg=alg).suivantes().get()
