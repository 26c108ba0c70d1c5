"""Check the proof of a line of the journal, offline: python verifier_preuve.py PROOF [ROOT]

Needs Python 3.11 and `cryptography`, nothing of ours. ROOT is the beginning of the root that a
paper bears (16 hexadecimal digits): the proof must then be under that very root. Compare the key
that is printed with the one that the service publishes: whoever made the file chose what it holds.
"""

import base64
import hashlib
import hmac
import json
import sys

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

CHAMPS = {"format", "entree", "ouverture", "position", "chemin", "note", "cle"}


def canonique(contenu):
    texte = json.dumps(contenu, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return texte.encode()


def exiger(vrai, sinon):
    if not vrai:
        raise ValueError(sinon)


def verifier_note(note, cle):
    """Return size and root of the tree that `cle` signed, and when."""
    nom, identifiant, corps = cle.split("+", 2)
    octets = base64.b64decode(corps, validate=True)
    condense = hashlib.sha256(nom.encode() + b"\n" + octets).digest()[:4]
    exiger(octets[:1] == b"\x01" and condense.hex() == identifiant, "the key is malformed")
    texte, _, signatures = note.rpartition("\n\n")
    texte += "\n"
    lignes = [s.split(" ") for s in signatures.splitlines()]
    siennes = [base64.b64decode(s[2]) for s in lignes if s[:2] == ["\u2014", nom] and len(s) == 3]
    siennes = [s[4:] for s in siennes if s[:4] == condense]
    exiger(len(lignes) == len(siennes) == 1, "the key did not sign this note")
    Ed25519PublicKey.from_public_bytes(octets[1:]).verify(siennes[0], texte.encode())
    origine, taille, racine, instant, _ = texte.splitlines()
    exiger(origine.rpartition("/")[0] == nom, "the note is not one of this journal")
    return int(taille), base64.b64decode(racine, validate=True), instant.removeprefix("instant ")


def remonter(feuille, position, taille, chemin):
    """Return the root that the path leads to (RFC 9162, section 2.1.3.2)."""
    exiger(0 <= position < taille, "the position is outside the tree")
    indice, dernier, sommet = position, taille - 1, feuille
    for voisin in chemin:
        exiger(dernier > 0 and len(voisin) == 32, "the path is too long")
        if indice & 1 or indice == dernier:
            sommet = hashlib.sha256(b"\x01" + voisin + sommet).digest()
            while not indice & 1 and indice:
                indice, dernier = indice >> 1, dernier >> 1
        else:
            sommet = hashlib.sha256(b"\x01" + sommet + voisin).digest()
        indice, dernier = indice >> 1, dernier >> 1
    exiger(dernier == 0, "the path is too short")
    return sommet


def verifier(preuve, racine_attendue=""):
    """Return what the proof shows; any exception means that it shows nothing."""
    exiger(set(preuve) == CHAMPS, "fields are missing, or unknown")
    exiger(preuve["format"] == "aidants-connect/preuve/1", "the format is unknown")
    taille, racine, instant = verifier_note(preuve["note"], preuve["cle"])
    feuille = hashlib.sha256(b"\x00" + canonique(preuve["entree"])).digest()
    chemin = [bytes.fromhex(empreinte) for empreinte in preuve["chemin"]]
    sommet = remonter(feuille, preuve["position"], taille, chemin)
    exiger(sommet == racine, "the entry is not in the tree that was signed")
    exiger(racine.hex().startswith(racine_attendue.lower()), "the root is not the one expected")
    if preuve["ouverture"] is not None:
        exiger(set(preuve["ouverture"]) == {"sel", "sujet"}, "the opening is malformed")
        sel = bytes.fromhex(preuve["ouverture"]["sel"])
        condense = hmac.digest(sel, canonique(preuve["ouverture"]["sujet"]), "sha256").hex()
        exiger(condense == preuve["entree"]["engagement"], "the persons are not those committed to")
    return {"racine": racine.hex(), "taille": taille, "scelle": instant, "cle": preuve["cle"]}


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as fichier:
        contenu = json.load(fichier)
    for dit in verifier(contenu, *sys.argv[2:3]).items():
        print(*dit, sep=": ")  # noqa: T201 - this is what it is for
    print(json.dumps([contenu["entree"], contenu["ouverture"]], indent=1, ensure_ascii=False))  # noqa: T201 - a program that prints its answer
    print("The proof is right.")  # noqa: T201 - a program that prints its answer
