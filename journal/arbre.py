"""The Merkle tree of RFC 6962 and RFC 9162: roots, proofs and how they are checked. No model here.

A leaf is SHA-256(0x00 || entry), a node SHA-256(0x01 || left || right). Ranges of leaves are
`[debut, fin)`; all hashes are 32 bytes.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence

Plage = tuple[int, int]
# Hashes of the full subtrees of a level, from one rank to another (excluded).
Lecture = Callable[[int, int, int], Sequence[bytes]]

NIVEAUX = (8, 16, 24)  # those kept in the database: a tile is 256 wide (C2SP tlog-tiles)
VIDE = hashlib.sha256().digest()


def hacher_feuille(contenu: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + contenu).digest()


def hacher_noeud(gauche: bytes, droite: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + gauche + droite).digest()


class Frontiere:
    """The right edge of a tree that grows: one hash for each bit of its size."""

    def __init__(self, taille: int = 0, pile: Iterable[bytes] = ()) -> None:
        self.taille, self.pile = taille, list(pile)
        if len(self.pile) != taille.bit_count():
            raise ValueError("A frontier has one hash for each bit of its size.")

    def ajouter(self, feuille: bytes) -> list[tuple[int, int, bytes]]:
        """Add a leaf; return the nodes of `NIVEAUX` that it completes: level, rank, hash."""
        reste, niveau, sommet, completes = self.taille, 0, feuille, []
        while reste & 1:
            sommet = hashlib.sha256(b"\x01" + self.pile.pop() + sommet).digest()
            reste >>= 1
            niveau += 1
            if niveau in NIVEAUX:
                completes.append((niveau, reste, sommet))
        self.pile.append(sommet)
        self.taille += 1
        return completes

    def etendre(self, feuilles: Sequence[bytes]) -> list[tuple[int, int, bytes]]:
        """Add many leaves, as `ajouter` would one by one: level by level, for half its price."""
        rangee, niveau, completes, seules = list(feuilles), 0, [], []
        sha256 = hashlib.sha256
        while rangee:
            premier = self.taille >> niveau
            if niveau in NIVEAUX:
                completes += [(niveau, premier + rang, n) for rang, n in enumerate(rangee)]
            if premier & 1:
                rangee.insert(0, self.pile.pop())
            if len(rangee) & 1:
                seules.append(rangee.pop())
            paires = zip(rangee[::2], rangee[1::2], strict=True)
            rangee = [sha256(b"\x01" + gauche + droite).digest() for gauche, droite in paires]
            niveau += 1
        self.pile += reversed(seules)
        self.taille += len(feuilles)
        return completes

    @property
    def racine(self) -> bytes:
        return _plier(self.pile)


def racine(feuilles: Iterable[bytes]) -> bytes:
    """The Merkle tree hash of leaves that are hashed already (RFC 9162, section 2.1.1)."""
    frontiere = Frontiere()
    for feuille in feuilles:
        frontiere.ajouter(feuille)
    return frontiere.racine


def _plier(pile: Sequence[bytes]) -> bytes:
    """Join perfect subtrees, the largest first, into one hash."""
    if not pile:
        return VIDE
    sommet = pile[-1]
    for gauche in reversed(pile[:-1]):
        sommet = hacher_noeud(gauche, sommet)
    return sommet


def _coupe(taille: int) -> int:
    """The largest power of two smaller than `taille` (2 or more)."""
    return 1 << ((taille - 1).bit_length() - 1)


# --- What a proof is made of ----------------------------------------------------------------------


def plages_inclusion(position: int, taille: int) -> list[Plage]:
    """The ranges whose hashes prove a leaf, from the leaf up (RFC 9162, section 2.1.3.1)."""
    if not 0 <= position < taille:
        raise ValueError(f"No leaf {position} in a tree of {taille}.")
    chemin: list[Plage] = []
    debut, fin = 0, taille
    while fin - debut > 1:
        milieu = debut + _coupe(fin - debut)
        if position < milieu:
            chemin.append((milieu, fin))
            fin = milieu
        else:
            chemin.append((debut, milieu))
            debut = milieu
    return chemin[::-1]


def plages_coherence(ancienne: int, taille: int) -> list[Plage]:
    """The ranges which prove that a tree grew from its first `ancienne` leaves (section 2.1.4)."""
    if not 0 < ancienne <= taille:
        raise ValueError(f"A tree of {taille} did not grow from one of {ancienne}.")
    chemin: list[Plage] = []
    debut, fin, entiere = 0, taille, True
    while fin != ancienne:
        milieu = debut + _coupe(fin - debut)
        if ancienne <= milieu:
            chemin.append((milieu, fin))
            fin = milieu
        else:
            chemin.append((debut, milieu))
            debut, entiere = milieu, False
    if not entiere:
        chemin.append((debut, fin))
    return chemin[::-1]


def hacher_plage(debut: int, fin: int, lire: Lecture) -> bytes:
    """The hash of a range that a proof asks for, from what is kept: leaves and `NIVEAUX`."""
    return _plier(sous_arbres(debut, fin, lire))


def sous_arbres(debut: int, fin: int, lire: Lecture) -> list[bytes]:
    """The perfect subtrees that a range is made of, the largest first."""
    pile = []
    while debut < fin:
        hauteur = (fin - debut).bit_length() - 1
        pile.append(_parfait(debut, hauteur, lire))
        debut += 1 << hauteur
    return pile


def _parfait(debut: int, hauteur: int, lire: Lecture) -> bytes:
    garde = max((n for n in NIVEAUX if n <= hauteur), default=0)
    rang, largeur = debut >> garde, 1 << (hauteur - garde)
    rangee = list(lire(garde, rang, rang + largeur))
    if len(rangee) != largeur:
        raise LookupError(f"Level {garde} has {len(rangee)} nodes from {rang}, not {largeur}.")
    while len(rangee) > 1:
        rangee = [hacher_noeud(*rangee[i : i + 2]) for i in range(0, len(rangee), 2)]
    return rangee[0]


# --- How a proof is checked -----------------------------------------------------------------------


def verifier_inclusion(
    feuille: bytes, *, position: int, taille: int, chemin: Sequence[bytes], racine: bytes
) -> bool:
    """Answer whether the leaf stands at `position` (RFC 9162, section 2.1.3.2)."""
    if not 0 <= position < taille:
        return False
    indice, dernier, sommet = position, taille - 1, feuille
    for voisin in chemin:
        if dernier == 0:
            return False
        if indice & 1 or indice == dernier:
            sommet = hacher_noeud(voisin, sommet)
            while not indice & 1 and indice:
                indice, dernier = indice >> 1, dernier >> 1
        else:
            sommet = hacher_noeud(sommet, voisin)
        indice, dernier = indice >> 1, dernier >> 1
    return dernier == 0 and sommet == racine


def verifier_coherence(
    *, ancienne: int, taille: int, racine_ancienne: bytes, racine: bytes, chemin: Sequence[bytes]
) -> bool:
    """Answer whether the tree of `taille` begins with that of `ancienne` (section 2.1.4.2)."""
    if not 0 < ancienne <= taille:
        return False
    if ancienne == taille:
        return not chemin and racine_ancienne == racine
    suite = list(chemin)
    if ancienne & (ancienne - 1) == 0:
        suite.insert(0, racine_ancienne)
    if not suite:
        return False
    indice, dernier = ancienne - 1, taille - 1
    while indice & 1:
        indice, dernier = indice >> 1, dernier >> 1
    return _remonter(suite, indice, dernier, racine_ancienne, racine)


def _remonter(
    suite: Sequence[bytes], indice: int, dernier: int, racine_ancienne: bytes, racine: bytes
) -> bool:
    ancien = nouveau = suite[0]
    for voisin in suite[1:]:
        if dernier == 0:
            return False
        if indice & 1 or indice == dernier:
            ancien, nouveau = hacher_noeud(voisin, ancien), hacher_noeud(voisin, nouveau)
            while not indice & 1 and indice:
                indice, dernier = indice >> 1, dernier >> 1
        else:
            nouveau = hacher_noeud(nouveau, voisin)
        indice, dernier = indice >> 1, dernier >> 1
    return dernier == 0 and ancien == racine_ancienne and nouveau == racine
