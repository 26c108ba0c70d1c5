"""What others keep of the journal: signed heads, mails that hold one, time-stamp tokens of one.

`lire` turns a file into the head that it bears witness of; `Horodateur` asks for the daily token.
"""

import re
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from hashlib import new as condense

import httpx2
from django.conf import settings
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder, decode_timestamp_response

from journal.horodatage import GENRE, JetonInvalide, lire_jeton
from journal.note import NOM
from journal.registre import LigneSceau, Registre

DELAI = 10.0  # seconds for the authority, which never holds the sealer
CADENCE = timedelta(hours=24)
PATIENCE = timedelta(minutes=10)  # after a failure
TAILLE_MAX = 64 * 1024
_NOTE = re.compile(rf"{NOM}/\d+\n\d+\n\S+\n[^\n]+\n[^\n]+\n\n\u2014 \S+ \S+")
_ALGORITHMES = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}


class TemoinIllisible(ValueError):
    """The file is neither a head, nor a mail that holds one, nor a token of one that stands."""


# --- Reading what somebody kept -------------------------------------------------------------------


def lire(octets: bytes, notes: list[str]) -> str:
    """Return the signed note that this file bears witness of.

    A token holds a digest alone: it is looked for among `notes`, those of the journal, and the
    token must open on it. TemoinIllisible when there is none.
    """
    if octets[:1] == b"\x30":  # the DER sequence of a time-stamp response
        return _note_du_jeton(octets, notes)
    trouvee = _NOTE.search(_texte(octets))
    if trouvee is None:
        raise TemoinIllisible("This file holds no head of the journal.")
    return f"{trouvee[0]}\n"


def _texte(octets: bytes) -> str:
    """The file, or the text of the mail that it is, with the line ends of a note."""
    if b"aidants-connect/journal/" in octets and not re.match(rb"(?i)[\w-]+: ", octets):
        return octets.decode("utf-8", "replace").replace("\r\n", "\n")
    corps = message_from_bytes(octets, policy=policy.default).get_body(("plain",))
    texte = corps.get_content() if corps else ""
    return str(texte).replace("\r\n", "\n")


def _note_du_jeton(octets: bytes, notes: list[str]) -> str:
    try:
        empreinte = decode_timestamp_response(octets).tst_info.message_imprint
    except ValueError as erreur:
        raise TemoinIllisible(f"This token cannot be read: {erreur}") from erreur
    algorithme = _ALGORITHMES.get(empreinte.hash_algorithm.dotted_string, "sha512")
    for note in notes:
        if condense(algorithme, note.encode()).digest() == empreinte.message:
            try:
                lire_jeton(octets, note)
            except JetonInvalide as erreur:
                raise TemoinIllisible(str(erreur)) from erreur
            return note
    raise TemoinIllisible("The journal no longer has the head that this token is about.")


# --- Asking for the daily token -------------------------------------------------------------------


def demander(note: str) -> bytes:
    """Ask the authority for a token over `note` and return it, once it opens; JetonInvalide."""
    # SHA-512: what the readers of a proof take for the digest of its token.
    question = TimestampRequestBuilder().data(note.encode()).hash_algorithm(HashAlgorithm.SHA512)
    requete = question.build()
    entetes = {"Content-Type": "application/timestamp-query"}
    try:
        reponse = httpx2.post(
            settings.HORODATAGE_URL, content=requete.as_bytes(), headers=entetes, timeout=DELAI
        )
        reponse.raise_for_status()
    except httpx2.HTTPError as erreur:
        raise JetonInvalide(f"The authority does not answer: {type(erreur).__name__}") from erreur
    if len(reponse.content) > TAILLE_MAX:
        raise JetonInvalide("The authority's answer is too long.")
    lire_jeton(reponse.content, note)
    return reponse.content


class Horodateur:
    """One token a day over the last head: asked in a thread, written by the sealer's connection.

    An authority that hangs keeps its thread, never the sealer; one that fails is asked again ten
    minutes later.
    """

    def __init__(self, registre: Registre, dire: Callable[[str], object]) -> None:
        self.registre, self.dire = registre, dire
        self._fil = ThreadPoolExecutor(1, thread_name_prefix="horodatage")
        self._attendu: tuple[LigneSceau, Future[bytes]] | None = None
        self._prochain: datetime | None = None

    def tourner(self) -> bool:
        """Do what is due, without waiting; return whether a token was written."""
        if not settings.HORODATAGE_URL:
            return False
        if self._attendu is not None:
            return self._attendu[1].done() and self._recevoir(*self._attendu)
        ((maintenant,),) = self.registre.lire("SELECT clock_timestamp()")
        if self._prochain is None:
            self._prochain = self._echeance() or maintenant
        sceau = self.registre.dernier_sceau() if maintenant >= self._prochain else None
        if sceau is not None:
            self._attendu = sceau, self._fil.submit(demander, sceau.note)
        return False

    def _echeance(self) -> datetime | None:
        requete = "SELECT max(instant) FROM journal_temoin WHERE genre = %s"
        ((dernier,),) = self.registre.lire(requete, GENRE)
        return dernier + CADENCE if dernier else None

    def _recevoir(self, sceau: LigneSceau, attendu: Future[bytes]) -> bool:
        ((maintenant,),) = self.registre.lire("SELECT clock_timestamp()")
        self._attendu, self._prochain = None, maintenant + PATIENCE
        try:
            contenu = attendu.result()
        except JetonInvalide as refus:
            self.dire(f"No time-stamp token, trying again in ten minutes: {refus}")
            return False
        with self.registre.connexion.cursor() as curseur:
            curseur.execute(
                "INSERT INTO journal_temoin (sceau, genre, instant, contenu)"
                " VALUES (%s, %s, %s, %s)",
                [sceau.numero, GENRE, maintenant, contenu],
            )
        self._prochain = maintenant + CADENCE
        return True

    def fermer(self) -> None:
        self._fil.shutdown(wait=False, cancel_futures=True)
