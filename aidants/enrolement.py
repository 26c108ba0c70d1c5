"""Enrolling a TOTP application: its key, waiting in the session for its first code, and its QR.

The key stays the same when the page is loaded again: the application may have it already. It is
encrypted: a copy of the sessions' table gives no key.
"""

from base64 import b32encode, b64decode, b64encode
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import segno
from django.http import HttpRequest

from aidants import facteurs
from aidants.chiffrement import SecretIllisible, chiffrer, dechiffrer
from aidants.models import Aidant

CLE = "enrolement_cle"
EMETTEUR = "Aidants Connect"
MARGE = 4  # modules of white around: what ISO/IEC 18004 asks


@dataclass(frozen=True)
class Qr:
    """Black modules as one SVG path, in a square of `cote` modules, its margin included."""

    cote: int
    trace: str


def preparer(request: HttpRequest, aidant: Aidant) -> bytes:
    """Return the key that this session offers to this account, drawn the first time."""
    cle = _lire(request, aidant)
    if cle is None:
        cle = facteurs.nouvelle_cle()
        request.session[CLE] = b64encode(chiffrer(cle, lieu=_lieu(aidant))).decode()
    return cle


def oublier(request: HttpRequest) -> None:
    """The key is a factor's now, or is wanted no more."""
    request.session.pop(CLE, None)


def presenter(aidant: Aidant, cle: bytes) -> dict[str, Qr | str]:
    """What a page shows of the key: drawn, typed, and as a link for the telephone itself."""
    adresse = adresse_otpauth(aidant, cle)
    return {"qr": qr(adresse), "cle": cle_lisible(cle), "adresse_otpauth": adresse}


def adresse_otpauth(aidant: Aidant, cle: bytes) -> str:
    """What the QR code says to an application (the "Key URI Format" that they share)."""
    parametres = {"secret": _base32(cle), "issuer": EMETTEUR, "digits": 6, "period": 30}
    compte = quote(f"{EMETTEUR}:{aidant.courriel}", safe=":@")
    return f"otpauth://totp/{compte}?{urlencode(parametres, quote_via=quote)}"


def qr(adresse: str) -> Qr:
    """The address as a drawing, for the page's own `<svg>`: nothing is declared safe."""
    lignes = segno.make(adresse, error="m", micro=False).matrix_iter(border=MARGE)
    modules = [(x, y) for y, ligne in enumerate(lignes) for x, noir in enumerate(ligne) if noir]
    return Qr(
        cote=max(x for x, _ in modules) + 1 + MARGE,
        trace="".join(f"M{x} {y}h1v1h-1z" for x, y in modules),
    )


def cle_lisible(cle: bytes) -> str:
    """The key as one types it: groups of four."""
    texte = _base32(cle)
    return " ".join(texte[i : i + 4] for i in range(0, len(texte), 4))


def _lire(request: HttpRequest, aidant: Aidant) -> bytes | None:
    gardee: str | None = request.session.get(CLE)
    try:
        return dechiffrer(b64decode(gardee), lieu=_lieu(aidant)) if gardee else None
    except SecretIllisible:  # another account's, or of a key of encryption that is gone
        return None


def _lieu(aidant: Aidant) -> str:
    return f"session.enrolement:{aidant.pk}"


def _base32(cle: bytes) -> str:
    return b32encode(cle).decode().rstrip("=")
