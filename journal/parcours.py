"""Walking a tree leaf by leaf, against its entries, subjects and seals: J01, J02, J03, J05, J07,
J09 and J11. Everything is recomputed from the entries' columns; no stored hash is believed alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from journal.arbre import Frontiere, hacher_feuille
from journal.constats import Constat
from journal.effacements import Effacements
from journal.lignes import (
    COLONNES_ENTREE,
    COLONNES_SUJET,
    LigneEntree,
    feuille,
    sujet_ouvre,
)
from journal.registre import LigneSceau, Registre

LOT = 1 << 16
TOLERANCE = timedelta(minutes=10)  # a long transaction may commit well after its entry's time
_SANS_ARRET = 1 << 62
_SUJET = 3 + len(LigneEntree._fields)
# Written with a sum: for the least id alone, PostgreSQL would walk the index of ids, from the first
# one of the journal to this lot.
BORNES = """
SELECT min(entree_id + 0), max(entree_id + 0) FROM journal_feuille
WHERE arbre = %(arbre)s AND position >= %(debut)s AND position < %(fin)s
"""
_LIGNES = f"""
SELECT f.position, f.entree_id, encode(f.empreinte, 'hex'), {COLONNES_ENTREE}, {COLONNES_SUJET}
FROM journal_feuille f
LEFT JOIN journal_entree e ON e.id = f.entree_id AND e.id BETWEEN %(basse)s AND %(haute)s
LEFT JOIN journal_sujet s ON s.entree_id = f.entree_id
    AND s.entree_id BETWEEN %(basse)s AND %(haute)s
WHERE f.arbre = %(arbre)s AND f.position >= %(debut)s AND f.position < %(fin)s ORDER BY f.position
"""  # noqa: S608 - our own columns


@dataclass
class Parcours:
    """One tree. `sceaux` are its seals in order; `avant` is the one before the first of them."""

    registre: Registre
    arbre: int
    sceaux: list[LigneSceau]
    avant: LigneSceau | None
    effacements: Effacements
    frontiere: Frontiere = field(default_factory=Frontiere)
    cherchees: set[int] = field(default_factory=set)  # sizes whose roots somebody outside asks
    racines: dict[int, bytes] = field(default_factory=dict)
    noeuds: dict[tuple[int, int], bytes] = field(default_factory=dict)
    rang: int = 0  # of the next seal to be reached
    rompu: bool = False  # its root can no longer be told: said once
    limite: str = ""
    sans_sujet: list[tuple[int, int, str]] = field(default_factory=list)

    def sauter(self, taille: int) -> None:
        """Leave out the seals up to `taille`; the last of them is the one before."""
        while self.rang < len(self.sceaux) and self.sceaux[self.rang].taille <= taille:
            self._passer(self.sceaux[self.rang])

    def lots(self) -> Iterator[list[Constat]]:
        """The findings, by lots of leaves; `frontiere` stands after each of them."""
        fin = max((sceau.taille for sceau in self.sceaux), default=0)
        yield list(self._atteindre())
        while (debut := self.frontiere.taille) < fin:
            constats = list(self._lot(debut, min(debut + LOT, fin)))
            yield constats
            if self.frontiere.taille == debut:  # no leaf left
                break
        yield [*self._trop_grands(), *self._noeuds_faux()]

    def _lot(self, debut: int, fin: int) -> Iterator[Constat]:
        self.sans_sujet = []
        lot = {"arbre": self.arbre, "debut": debut, "fin": fin}
        ((basse, haute),) = self.registre.lire(BORNES, lot)
        lignes = self.registre.parcourir(_LIGNES, lot | {"basse": basse, "haute": haute})
        yield from self._lignes(lignes)
        yield from self._sujets_absents()
        if self.frontiere.taille < fin and self._reste(fin):
            yield from self._trou(fin)

    def _lignes(self, lignes: Iterable[list[Any]]) -> Iterator[Constat]:
        """Hold each leaf to its entry; the tree grows from one seal to the next."""
        feuilles: list[bytes] = []
        suivante, arret = self.frontiere.taille, self._prochain_arret()
        for ligne in lignes:
            position, empreinte = int(ligne[0]), bytes.fromhex(ligne[2])
            if position != suivante or position >= arret:
                yield from self._poser(feuilles)
                if position != suivante:
                    yield from self._trou(position)
                suivante, arret, feuilles = position, self._prochain_arret(), []
            if not self._est_juste(ligne, empreinte):
                yield from self._faute(position, empreinte, ligne)
            feuilles.append(empreinte)
            suivante += 1
        yield from self._poser(feuilles)

    def _prochain_arret(self) -> int:
        """The size, above the present one, at which a root is asked for."""
        tailles = {t for t in self.cherchees if t > self.frontiere.taille}
        if self.rang < len(self.sceaux):
            tailles.add(self.sceaux[self.rang].taille)
        return min(tailles, default=_SANS_ARRET)

    def _poser(self, feuilles: list[bytes]) -> Iterator[Constat]:
        for niveau, rang, sommet in self.frontiere.etendre(feuilles):
            self.noeuds[niveau, rang] = sommet
        yield from self._atteindre()

    def _est_juste(self, ligne: list[Any], empreinte: bytes) -> bool:
        """Nothing to say of this leaf, as of nearly all of them."""
        entree, sujet = ligne[3:_SUJET], ligne[_SUJET:]
        return (
            entree[0] is not None
            and sujet[-1] is not None
            and entree[2] >= self.limite
            and _meme(entree, empreinte)
            and sujet_ouvre(sujet, entree[4], entree[12])
        )

    def _faute(self, position: int, empreinte: bytes, ligne: list[Any]) -> Iterator[Constat]:
        if ligne[1] is None:
            yield from self._chaine(position, empreinte)
        elif ligne[3] is None:
            phrase = "Its leaf stands, the entry is gone."
            yield self._constat("J02", position, int(ligne[1]), phrase)
        else:
            yield from self._entree(position, empreinte, ligne)

    def _entree(self, position: int, empreinte: bytes, ligne: list[Any]) -> Iterator[Constat]:
        entree, sujet = ligne[3:_SUJET], ligne[_SUJET:]
        cle, instant = int(entree[0]), entree[2]
        if not _meme(entree, empreinte):
            yield self._constat("J01", position, cle, "The entry is not what was sealed.")
        elif instant < self.limite:
            phrase = f"Dated {instant}, it appeared after a seal of {self.limite} or later."
            yield self._constat("J09", position, cle, phrase)
        if sujet[-1] is None:
            self.sans_sujet.append((position, cle, instant))
        elif not sujet_ouvre(sujet, entree[4], entree[12]):
            yield self._constat("J11", position, cle, "The subject was changed.")

    def _sujets_absents(self) -> Iterator[Constat]:
        for position, cle, instant in self.sans_sujet:
            if phrase := self.effacements.refus(cle, instant):
                yield self._constat("J11", position, cle, phrase)

    def _chaine(self, position: int, empreinte: bytes) -> Iterator[Constat]:
        """The first leaf of a later year is the last note of the year before."""
        if self.avant is None or hacher_feuille(self.avant.note.encode()) != empreinte:
            phrase = "This leaf should hold the last note of the tree before."
            yield self._constat("J02", position, None, phrase)

    def _reste(self, fin: int) -> bool:
        requete = "SELECT 1 FROM journal_feuille WHERE arbre = %s AND position >= %s LIMIT 1"
        return bool(self.registre.lire(requete, self.arbre, fin))

    def _trou(self, position: int) -> Iterator[Constat]:
        """Leaves are missing: say which, and go on; no root can be told from here."""
        debut = self.frontiere.taille
        for absente in range(debut, min(position, debut + 1000)):
            yield self._constat("J03", absente, None, "No leaf at this position.")
        self.rompu = True
        self.frontiere = Frontiere(position, [bytes(32)] * position.bit_count())

    # --- Seals ---

    def _atteindre(self) -> Iterator[Constat]:
        """The seals of the present size: their root is the one that stands."""
        taille = self.frontiere.taille
        if taille in self.cherchees and not self.rompu:
            self.racines[taille] = self.frontiere.racine
        while self.rang < len(self.sceaux) and self.sceaux[self.rang].taille <= taille:
            sceau = self.sceaux[self.rang]
            if not self.rompu and sceau.racine != self.frontiere.racine:
                yield self._racine_fausse(sceau)
            self._passer(sceau)

    def _passer(self, sceau: LigneSceau) -> None:
        self.rang += 1
        self.avant = sceau
        self.limite = _limite(sceau.instant)

    def _racine_fausse(self, sceau: LigneSceau) -> Constat:
        self.rompu = True
        debut = self.avant.taille if self.avant and self.avant.arbre == self.arbre else 0
        phrase = f"The leaves from {debut} to {sceau.taille} do not give the root of this seal."
        return Constat(
            code="J05", phrase=phrase, arbre=self.arbre, taille=sceau.taille, sceau=sceau.numero
        )

    def _trop_grands(self) -> Iterator[Constat]:
        for sceau in self.sceaux[self.rang :]:
            phrase = f"The tree has {self.frontiere.taille} leaves left."
            yield Constat(
                code="J07", phrase=phrase, arbre=self.arbre, taille=sceau.taille, sceau=sceau.numero
            )

    def _noeuds_faux(self) -> Iterator[Constat]:
        """The nodes kept for quick proofs are those of the leaves."""
        if self.rompu:
            return
        requete = "SELECT niveau, rang, empreinte FROM journal_noeud WHERE arbre = %s"
        gardes = {(n, r): bytes(e) for n, r, e in self.registre.lire(requete, self.arbre)}
        for (niveau, rang), sommet in self.noeuds.items():
            if gardes.get((niveau, rang)) != sommet:
                taille, objet = (rang + 1) << niveau, f"node {niveau}/{rang}"
                phrase = "This node is not the one of its leaves."
                yield Constat(
                    code="J05", phrase=phrase, arbre=self.arbre, taille=taille, objet=objet
                )

    def _constat(self, code: str, position: int, entree: int | None, phrase: str) -> Constat:
        return Constat(code=code, phrase=phrase, arbre=self.arbre, position=position, entree=entree)


def _meme(entree: list[Any], empreinte: bytes) -> bool:
    try:
        return feuille(entree) == empreinte
    except (ValueError, UnicodeError):  # details that have no canonical form
        return False


def _limite(instant: datetime) -> str:
    return (instant - TOLERANCE).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
