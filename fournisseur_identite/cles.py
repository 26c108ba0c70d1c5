"""The key that signs our tokens (ES256), read once per process; its `kid` is its thumbprint."""

import functools

from django.conf import settings
from joserfc.jwk import ECKey, KeyParameters, KeySet

ALG = "ES256"


@functools.cache
def cle_active() -> ECKey:
    """Return the private key; `kid` is the RFC 7638 thumbprint."""
    brute = ECKey.import_key(settings.CLE_SIGNATURE_OIDC)
    parametres: KeyParameters = {"kid": brute.thumbprint(), "use": "sig", "alg": ALG}
    return ECKey.import_key(settings.CLE_SIGNATURE_OIDC, parametres)


def jwks() -> dict[str, object]:
    """Return the public keys, as /oidc/jwks publishes them."""
    return dict(KeySet([cle_active()]).as_dict(private=False))
