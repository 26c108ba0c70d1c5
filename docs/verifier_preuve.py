"""Check the proof of a line of the journal, offline: python verifier_preuve.py PROOF [ROOT]

ROOT: how the root that a paper bears begins. Needs Python 3.11 and `cryptography`. Compare the key
with the published one: its holder gives the date. Who signed a token: `openssl ts -verify` says.
"""

import base64
import json
import sys
from hashlib import sha256, sha512
from hmac import digest

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def exiger(vrai, sinon):
    if not vrai:
        raise ValueError(sinon)


def canonique(contenu):
    return json.dumps(contenu, sort_keys=True, separators=(",", ":")).encode()


def racine_de(feuille, position, taille, chemin):
    """Return the root of the tree where `feuille` stands (RFC 9162, sections 2.1.1 and 2.1.3)."""
    exiger(0 <= position < taille and (taille > 1) == bool(chemin), "the path is of another tree")
    if taille == 1:
        return feuille
    coupe, voisin = 1 << ((taille - 1).bit_length() - 1), bytes.fromhex(chemin[-1])
    if position < coupe:
        return sha256(b"\1" + racine_de(feuille, position, coupe, chemin[:-1]) + voisin).digest()
    droite = racine_de(feuille, position - coupe, taille - coupe, chemin[:-1])
    return sha256(b"\1" + voisin + droite).digest()


def verifier(voulue="", /, *, format, entree, ouverture, position, chemin, note, cle, jeton=None):
    """Return the signed head that the proof leads to; any exception: it shows nothing."""
    nom, identifiant, corps = cle.split("+", 2)
    texte, _, fin = note.removesuffix("\n").rpartition(f"\n\n\u2014 {nom} ")
    octets, signature = (base64.b64decode(x, validate=True) for x in (corps, fin))
    condense = sha256(f"{nom}\n".encode() + octets).hexdigest()[:8]
    exiger(condense == identifiant == signature[:4].hex(), "signed by another key")
    Ed25519PublicKey.from_public_bytes(octets[1:]).verify(signature[4:], f"{texte}\n".encode())
    origine, taille, racine, _, _ = texte.split("\n")
    exiger(format + origine[:-5] == f"aidants-connect/preuve/1{nom}", "not of this journal")
    atteinte = racine_de(sha256(b"\0" + canonique(entree)).digest(), position, int(taille), chemin)
    exiger(base64.b64encode(atteinte).decode() == racine, "the entry is not in the signed tree")
    exiger(atteinte.hex().startswith(voulue.lower()), "the root is not the one expected")
    if ouverture is not None:
        scelle = digest(bytes.fromhex(ouverture["sel"]), canonique(ouverture["sujet"]), "sha256")
        exiger(len(ouverture) == 2 and scelle.hex() == entree["engagement"], "other persons")
    dit = sha512(note.encode()).digest() in base64.b64decode(jeton or "", validate=True)
    exiger(jeton is None or dit, "the token dates another head")
    return f"{json.dumps([entree, ouverture], indent=1, ensure_ascii=False)}\n{texte}\n{cle}"


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as fichier:
        print(verifier(*sys.argv[2:3], **json.load(fichier)), "The proof is right.", sep="\n")  # noqa: T201 - a program that prints its answer
