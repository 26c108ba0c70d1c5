"""Signed notes (C2SP signed-note) and the heads of the journal's trees (C2SP tlog-checkpoint).

A note is a text, a blank line and signatures. A head's text: origin, size, root in base64, then
two lines of ours: the time, and the SHA-256 of the note before, which chains the heads.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

NOM = "aidants-connect/journal"
ED25519 = b"\x01"
_MARQUE = "\u2014 "  # each signature line begins with a dash and a space
_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"


class NoteInvalide(ValueError):
    """The text is no note, or not one of ours."""


@dataclass(frozen=True)
class Cle:
    """A public key of the sealer; `texte` is its C2SP form, `name+id+key`."""

    publique: bytes  # 32 bytes

    @classmethod
    def lire(cls, texte: str) -> Self:
        try:
            corps = base64.b64decode(texte.strip().split("+", 2)[2], validate=True)
        except (IndexError, binascii.Error) as erreur:
            raise NoteInvalide("This is not a key of the journal.") from erreur
        cle = cls(corps[1:])
        if len(corps) != 33 or texte.strip() != cle.texte:
            raise NoteInvalide("This is not a key of the journal.")
        return cle

    @property
    def identifiant(self) -> bytes:
        corps = NOM.encode() + b"\n" + ED25519 + self.publique
        return hashlib.sha256(corps).digest()[:4]

    @property
    def texte(self) -> str:
        corps = base64.b64encode(ED25519 + self.publique).decode()
        return f"{NOM}+{self.identifiant.hex()}+{corps}"

    def a_signe(self, note: str) -> bool:
        """Answer whether one of the note's signatures is this key's, and right."""
        texte, signatures = separer(note)
        return any(
            nom == NOM and octets[:4] == self.identifiant and self._ouvre(octets[4:], texte)
            for nom, octets in signatures
        )

    def _ouvre(self, signature: bytes, texte: str) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.publique).verify(signature, texte.encode())
        except InvalidSignature:
            return False
        return True


class Plume:
    """The private key, 32 bytes in hexadecimal: what signs."""

    def __init__(self, hexadecimal: str) -> None:
        try:
            self._privee = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(hexadecimal))
        except ValueError as erreur:
            raise ValueError("CLE_SCEAU is 32 bytes in hexadecimal.") from erreur
        self.cle = Cle(self._privee.public_key().public_bytes_raw())

    def signer(self, texte: str) -> str:
        """Return the note: `texte`, which ends with a line feed, and this key's signature."""
        return f"{texte}\n{self.ligne(texte)}"

    def ligne(self, texte: str) -> str:
        signature = self._privee.sign(texte.encode())
        corps = base64.b64encode(self.cle.identifiant + signature).decode()
        return f"{_MARQUE}{NOM} {corps}\n"


def separer(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """Return the text that is signed, and each signature: its name and its bytes."""
    texte, milieu, fin = note.rpartition("\n\n")
    lignes = fin.splitlines()
    if not milieu or not lignes or not fin.endswith("\n"):
        raise NoteInvalide("This note has no signature.")
    return texte + "\n", [_lire_signature(ligne) for ligne in lignes]


def _lire_signature(ligne: str) -> tuple[str, bytes]:
    try:
        nom, corps = ligne.removeprefix(_MARQUE).split(" ")
        octets = base64.b64decode(corps, validate=True)
    except ValueError as erreur:
        raise NoteInvalide("A signature of this note cannot be read.") from erreur
    if not ligne.startswith(_MARQUE) or len(octets) < 5:
        raise NoteInvalide("A signature of this note cannot be read.")
    return nom, octets


def condenser(note: str) -> str:
    """The digest by which a note is named in the one that follows."""
    return hashlib.sha256(note.encode()).hexdigest()


# --- Heads ----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Tete:
    """The head of a tree: what a seal says."""

    arbre: int
    taille: int
    racine: bytes
    instant: datetime
    precedent: str  # digest of the note before; empty for the first of all

    @property
    def texte(self) -> str:
        lignes = (
            f"{NOM}/{self.arbre}",
            str(self.taille),
            base64.b64encode(self.racine).decode(),
            f"instant {self.instant.astimezone(UTC).strftime(_FORMAT)}",
            f"precedent {self.precedent or '-'}",
        )
        return "\n".join(lignes) + "\n"


def lire_tete(note: str) -> Tete:
    """Read a head; one whose text is not byte for byte the one we write is refused."""
    texte, _ = separer(note)
    try:
        origine, taille, racine, instant, precedent = texte.splitlines()
        tete = Tete(
            arbre=int(origine.removeprefix(f"{NOM}/")),
            taille=int(taille),
            racine=base64.b64decode(racine, validate=True),
            instant=datetime.strptime(instant, f"instant {_FORMAT}").replace(tzinfo=UTC),
            precedent=precedent.removeprefix("precedent ").strip("-"),
        )
    except ValueError as erreur:
        raise NoteInvalide("This note is not a head of the journal.") from erreur
    if tete.texte != texte:
        raise NoteInvalide("This note is not a head of the journal.")
    return tete


# --- Keys that follow one another -----------------------------------------------------------------


def annoncer(cle: Cle, instant: datetime) -> str:
    """The text by which a key says that it follows: signed by it, and by the one before."""
    date = instant.astimezone(UTC).strftime(_FORMAT)
    return f"{NOM}/cle\n{cle.texte}\ninstant {date}\n"


def annonce_de(cle: Cle, avant: Cle | None, enonce: str) -> bool:
    """Answer whether `enonce` is `cle`'s own statement, signed by the key before if any."""
    try:
        lignes = separer(enonce)[0].splitlines()
        signee = cle.a_signe(enonce) and (avant is None or avant.a_signe(enonce))
    except NoteInvalide:
        return False
    return signee and lignes[:2] == [f"{NOM}/cle", cle.texte]
