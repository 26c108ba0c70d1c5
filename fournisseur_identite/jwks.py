"""Can these public keys serve for `private_key_jwt`? Read from the document alone."""

from typing import Any, Final

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey

BITS_RSA: Final = 2048


def defaut_de_jwks(document: Any) -> str:
    """Why a JWKS cannot serve for `private_key_jwt`; empty when it can, or when there is none."""
    if not document:
        return ""
    if not isinstance(document, dict) or not isinstance(document.get("keys"), list):
        return "Le document n’est pas un JWKS : il lui faut une liste « keys »."
    if not document["keys"]:
        return "Le JWKS ne contient aucune clé."
    try:
        publiques = KeySet.import_key_set(document).keys  # type: ignore[arg-type]  # joserfc checks the shape itself
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        return "Une clé du JWKS est illisible."
    return next(filter(None, map(_defaut_de_cle, publiques)), "") or _defaut_de_kid(document)


def _defaut_de_cle(cle: Any) -> str:
    if cle.is_private:
        return "Une clé privée a été collée : remplacez cette paire, et ne donnez que la publique."
    if isinstance(cle, ECKey) and cle.curve_name == "P-256":
        return ""
    if isinstance(cle, RSAKey) and cle.raw_value.key_size >= BITS_RSA:
        return ""
    return "Chaque clé doit être P-256, ou RSA de 2048 bits au moins."


def _defaut_de_kid(document: dict[str, Any]) -> str:
    kids = [cle.get("kid") for cle in document["keys"]]
    if len(kids) > 1 and (None in kids or len(set(kids)) < len(kids)):
        return "Plusieurs clés : il faut à chacune un « kid » différent."
    return ""
