"""Check the proof of a line of the journal, offline: python verifier_preuve.py PROOF [ROOT]

ROOT: the beginning of the root that a paper bears. Needs Python 3.11 and `cryptography`. Whoever
made the file chose its key: compare it with the published one. Its holder gives the date, unless a
time-stamp token does: that it dates this very head is checked here, who signed it is not (openssl).
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


def dans(octets, *rangs):
    """Return what stands at these ranks of DER values, one within the other."""
    for rang in rangs:
        for _ in range(rang + 1):
            debut = 2 + max(octets[1] - 128, 0)
            fin = debut + int.from_bytes(octets[2:debut] or octets[1:2])
            valeur, octets = octets[debut:fin], octets[fin:]
        octets = valeur
    return octets


def verifier(voulue="", /, *, format, entree, ouverture, position, chemin, note, cle, jeton=None):
    """Return the signed head that the proof leads to; any exception: it shows nothing."""
    nom, identifiant, corps = cle.split("+", 2)
    octets = base64.b64decode(corps, validate=True)
    texte, _, fin = note.rpartition(f"\n\n\u2014 {nom} ")
    signature = base64.b64decode(fin.removesuffix("\n"), validate=True)
    condense = sha256(f"{nom}\n".encode() + octets).hexdigest()[:8]
    exiger(condense == identifiant == signature[:4].hex(), "signed by another key")
    Ed25519PublicKey.from_public_bytes(octets[1:]).verify(signature[4:], f"{texte}\n".encode())
    origine, taille, racine, _, _ = texte.split("\n")
    exiger(format + origine[:-5] == f"aidants-connect/preuve/1{nom}", "not of this journal")
    atteinte = racine_de(sha256(b"\0" + canonique(entree)).digest(), position, int(taille), chemin)
    exiger(base64.b64encode(atteinte).decode() == racine, "the entry is not in the signed tree")
    exiger(atteinte.hex().startswith(voulue.lower()), "the root is not the one expected")
    if ouverture is not None:
        sel, sujet = bytes.fromhex(ouverture["sel"]), canonique(ouverture["sujet"])
        juste = len(ouverture) == 2 and digest(sel, sujet, "sha256").hex() == entree["engagement"]
        exiger(juste, "the persons are not those of the entry")
    fin = f"{texte}\n{cle}"
    if jeton is not None:  # RFC 3161, section 2.4.2: TSTInfo is in the signed data of the reply
        info = dans(base64.b64decode(jeton, validate=True), 0, 1, 1, 0, 2, 1, 0, 0)
        exiger(dans(info, 2, 1) == sha512(note.encode()).digest(), "the token dates another head")
        fin += f"\nToken of {dans(info, 4).decode()}: its signature is for openssl ts -verify."
    return f"{json.dumps([entree, ouverture], indent=1, ensure_ascii=False)}\n{fin}"


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as fichier:
        print(verifier(*sys.argv[2:3], **json.load(fichier)), "The proof is right.", sep="\n")  # noqa: T201 - a program that prints its answer
