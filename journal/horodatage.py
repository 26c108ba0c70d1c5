"""Time-stamp tokens over the seals' notes (RFC 3161): finding J10."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha512
from pathlib import Path

from cryptography.x509 import Certificate, load_pem_x509_certificates
from django.conf import settings
from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

from journal.constats import Constat
from journal.registre import LigneSceau, Registre

AGE_MAX = timedelta(hours=26)  # one token a day, and two hours to notice
GENRE = "rfc3161"
_TEMOINS = "SELECT numero, sceau, contenu FROM journal_temoin WHERE genre = %s ORDER BY numero"


class JetonInvalide(Exception):
    """The token does not say that this note existed."""


def constats(registre: Registre, sceaux: list[LigneSceau]) -> Iterator[Constat]:
    """Each token opens on its seal's note; where an authority is set, the last one is fresh."""
    notes = {sceau.numero: sceau for sceau in sceaux}
    dernier: datetime | None = None
    for numero, cle, contenu in registre.lire(_TEMOINS, GENRE):
        sceau, objet = notes.get(cle), f"token {numero}"
        taille = sceau.taille if sceau else None
        try:
            if sceau is None:
                raise JetonInvalide(f"Seal {cle} is gone.")
            dernier = lire_jeton(bytes(contenu), sceau.note)
        except JetonInvalide as refus:
            yield Constat(code="J10", phrase=str(refus), taille=taille, sceau=cle, objet=objet)
    if settings.HORODATAGE_CERTIFICATS and sceaux:
        yield from _fraicheur(registre, sceaux[-1], dernier)


def _fraicheur(
    registre: Registre, sceau: LigneSceau, dernier: datetime | None
) -> Iterator[Constat]:
    ((maintenant,),) = registre.lire("SELECT clock_timestamp()")
    if dernier is None or maintenant - dernier > AGE_MAX:
        quand = f"of {dernier:%Y-%m-%d %H:%M}" if dernier else "missing"
        phrase = f"The last valid token is {quand}: nobody outside knows the heads since."
        yield Constat(code="J10", phrase=phrase, taille=sceau.taille, sceau=sceau.numero)


def lire_jeton(contenu: bytes, note: str) -> datetime:
    """The time of a token over `note`; `JetonInvalide` says why there is none."""
    bati = VerifierBuilder()
    for certificat in certificats():
        bati = bati.add_root_certificate(certificat)
    try:
        reponse = decode_timestamp_response(contenu)
        bati.build().verify_message(reponse, note.encode())
    except (ValueError, VerificationError) as erreur:
        raise JetonInvalide(f"The token does not open on this seal's note: {erreur}") from erreur
    return reponse.tst_info.gen_time


def lire_sans_autorite(contenu: bytes, note: str) -> datetime:
    """The time that a token over `note` says; whether the authority signed it is not looked at.

    What a proof is held to by its three readers: they have no certificate of the authority.
    """
    try:
        dit = decode_timestamp_response(contenu).tst_info
    except ValueError as erreur:
        raise JetonInvalide(f"The token cannot be read: {erreur}") from erreur
    if dit.message_imprint.message != sha512(note.encode()).digest():
        raise JetonInvalide("The token is about another head.")
    return dit.gen_time


def certificats() -> list[Certificate]:
    """The authorities that are trusted, in PEM files."""
    return [
        certificat
        for chemin in settings.HORODATAGE_CERTIFICATS
        for certificat in load_pem_x509_certificates(Path(chemin).read_bytes())
    ]
