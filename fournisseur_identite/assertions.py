"""`private_key_jwt`: a FS proves who it is by a JWT that its own key signed (RFC 7523, section 3).

The client is named by `sub`, read before the signature; nothing else of it is trusted before.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from fournisseur_identite import jwks_distants
from fournisseur_identite.models import AssertionServie, FournisseurService

TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ALGS: Final = ("ES256", "PS256", "RS256")
ALGS_STRICTS: Final = ("ES256", "PS256")  # FAPI 2.0, section 5.4.1
VIE_MAX: Final = timedelta(minutes=5)
ECART: Final = timedelta(seconds=10)  # between two clocks
JTI_MAX: Final = 256


class AssertionRefusee(Exception):
    """Why, for tests: the FS only reads `invalid_client`."""


def client_nomme(assertion: str) -> str:
    """The client that an assertion names, before anything of it is verified."""
    return _lire(assertion)[0]


def preparer(assertion: str, fs: FournisseurService) -> None:
    """Have at hand the keys of a FS that publishes them: to be done before any transaction."""
    jwks_distants.preparer(fs, _lire(assertion)[1])


def _lire(assertion: str) -> tuple[str, Any]:
    """Whom it names, and the key that it says to be signed by."""
    try:
        lue = jws.extract_compact(assertion.encode())
        sub, kid = json.loads(lue.payload)["sub"], lue.headers().get("kid")
    except (JoseError, ValueError, LookupError, TypeError, RecursionError) as erreur:
        raise AssertionRefusee("unreadable") from erreur
    if not isinstance(sub, str) or "\x00" in sub or not _est_encodable(sub):
        raise AssertionRefusee("sub")
    return sub, kid


def _est_encodable(texte: str) -> bool:
    """JSON may hold half of a surrogate pair, which PostgreSQL does not take."""
    try:
        texte.encode()
    except UnicodeEncodeError:
        return False
    return True


def verifier(assertion: str, fs: FournisseurService) -> None:
    """Verify the signature by the FS's own keys, then every claim; the `jti` then has served."""
    algs = list(ALGS_STRICTS if fs.par_exige else ALGS)
    try:
        cles = KeySet.import_key_set(jwks_distants.document(fs))  # type: ignore[arg-type]  # joserfc checks the shape itself
        claims = jwt.decode(assertion, cles, algorithms=algs).claims
    except (JoseError, ValueError, TypeError, KeyError) as erreur:
        raise AssertionRefusee("signature") from erreur
    if (claims.get("iss"), claims.get("sub")) != (fs.client_id, fs.client_id):
        raise AssertionRefusee("iss")
    if not _est_pour_nous(claims.get("aud"), stricte=fs.par_exige):
        raise AssertionRefusee("aud")
    _servir(claims, fs, expire_le=_echeance(claims))


def _est_pour_nous(aud: Any, *, stricte: bool) -> bool:
    """Our issuer or our token endpoint; a strict client may only name our issuer, as a string.

    A second audience that is not ours could replay it here, or there: it is refused.
    """
    if stricte:
        return bool(aud == settings.SITE_URL)
    nous = (settings.SITE_URL, settings.SITE_URL + reverse("oidc_token"))
    liste = aud if isinstance(aud, list) else [aud]
    return bool(liste) and all(element in nous for element in liste)


def _echeance(claims: dict[str, Any]) -> datetime:
    """When it expires, at most five minutes from now; `iat` and `nbf` are not in the future."""
    maintenant = timezone.now()
    expire_le = _instant(claims.get("exp"))
    if not maintenant < expire_le <= maintenant + VIE_MAX + ECART:
        raise AssertionRefusee("exp")
    for nom in ("iat", "nbf"):
        if nom in claims and _instant(claims[nom]) > maintenant + ECART:
            raise AssertionRefusee(nom)
    return expire_le


def _instant(valeur: Any) -> datetime:
    if isinstance(valeur, bool) or not isinstance(valeur, int | float):
        raise AssertionRefusee("time")
    try:
        return datetime.fromtimestamp(valeur, UTC)
    except (ValueError, OverflowError, OSError) as erreur:
        raise AssertionRefusee("time") from erreur


def _servir(claims: dict[str, Any], fs: FournisseurService, *, expire_le: datetime) -> None:
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 0 < len(jti) <= JTI_MAX or not _est_encodable(jti):
        raise AssertionRefusee("jti")
    if not AssertionServie.objects.servir(fs, jti, expire_le=expire_le):
        raise AssertionRefusee("replay")
