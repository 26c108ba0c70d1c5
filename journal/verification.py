"""The verification of the whole journal, J01 to J13: reads only, and believes no stored hash."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby

from journal import horodatage, murs, rapprochement, temoins
from journal.arbre import Frontiere
from journal.constats import Constat
from journal.effacements import Effacements
from journal.note import Cle, NoteInvalide, Tete, annonce_de, condenser, lire_tete
from journal.parcours import Parcours
from journal.registre import LigneSceau, Registre
from journal.temoins import TemoinIllisible

GRACE = timedelta(seconds=60)  # a committed entry is sealed in one second; after this, an alarm

_SANS_SCEAU = """
SELECT e.id, f.arbre, f.position FROM journal_entree e
LEFT JOIN journal_feuille f ON f.entree_id = e.id
LEFT JOIN (SELECT arbre, max(taille) AS taille FROM journal_sceau GROUP BY arbre) s
    ON s.arbre = f.arbre
WHERE (f.entree_id IS NULL AND e.instant < clock_timestamp() - %s)
    OR (f.entree_id IS NOT NULL AND f.position >= coalesce(s.taille, 0))
ORDER BY e.id
"""


@dataclass
class Reprise:
    """Where a verification was: a tree, and its edge; kept by the one who runs it."""

    arbre: int
    taille: int
    pile: list[bytes] = field(default_factory=list)


@dataclass
class Verification:
    registre: Registre
    cle: Cle | None = None  # the key that is trusted; without it, those of the database are
    temoins: Sequence[tuple[str, bytes]] = ()  # name and content of what others kept
    depuis: tuple[int, int] | None = None  # tree and size that were verified already
    reprise: Reprise | None = None
    avancer: Callable[[Reprise, int], None] = lambda _r, _n: None

    def constats(self) -> Iterator[Constat]:
        cles = self.registre.cles()
        sceaux = self.registre.tous_les_sceaux()
        yield from self._cles(cles)
        yield from _chaine(sceaux, cles)
        racines: dict[tuple[int, int], bytes] = {}
        notes = [sceau.note for sceau in sceaux]
        tetes = [(nom, *_tete_de(octets, notes, cles)) for nom, octets in self.temoins]
        yield from self._arbres(sceaux, racines, {(t.arbre, t.taille) for _, t, _ in tetes if t})
        yield from self._sans_sceau()
        for nom, tete, refus in tetes:
            yield from _temoin(nom, tete, refus, racines)
        yield from horodatage.constats(self.registre, sceaux)
        for objet, phrase in murs.fautes(self.registre.lire):
            yield Constat(code="J12", phrase=phrase, objet=objet)
        for comparaison in rapprochement.tous():
            yield from rapprochement.comparer(self.registre, comparaison)

    def _cles(self, cles: list[tuple[Cle, int, str]]) -> Iterator[Constat]:
        """Each key is announced by itself and by the one before; one of them is trusted."""
        avant = None
        for cle, premier, enonce in cles:
            if not annonce_de(cle, avant, enonce):
                phrase = f"Key {cle.texte} is not announced by the one before."
                yield Constat(code="J06", phrase=phrase, sceau=premier, objet="key")
            avant = cle
        if self.cle is not None and self.cle not in [cle for cle, _, _ in cles] and cles:
            phrase = f"The trusted key {self.cle.texte} sealed nothing here."
            yield Constat(code="J06", phrase=phrase, objet="key")

    # --- Trees ---

    def _arbres(
        self,
        sceaux: list[LigneSceau],
        racines: dict[tuple[int, int], bytes],
        cherchees: set[tuple[int, int]],
    ) -> Iterator[Constat]:
        """Walk the trees in turn; fill `racines` with what the witnesses ask for."""
        effacements, avant = Effacements(self.registre), None
        for numero, groupe in groupby(sceaux, key=lambda sceau: sceau.arbre):
            siens = list(groupe)
            parcours = Parcours(self.registre, numero, siens, avant, effacements)
            parcours.cherchees = {taille for arbre, taille in cherchees if arbre == numero}
            avant = siens[-1]
            if not self._deja_vu(numero):
                yield from self._parcourir(parcours, avant.taille)
            racines |= {(numero, t): racine for t, racine in parcours.racines.items()}
            for taille in parcours.cherchees - set(parcours.racines):
                if not parcours.rompu and taille <= avant.taille:  # before the start
                    racines[numero, taille] = self.registre.frontiere(numero, taille).racine

    def _parcourir(self, parcours: Parcours, total: int) -> Iterator[Constat]:
        yield from self._reprendre(parcours)
        with self.registre.en_fusion():
            for lot in parcours.lots():
                yield from lot
                bord = parcours.frontiere
                if not parcours.rompu:
                    self.avancer(Reprise(parcours.arbre, bord.taille, bord.pile), total)

    def _deja_vu(self, numero: int) -> bool:
        debut = self.reprise.arbre if self.reprise else self.depuis[0] if self.depuis else numero
        return numero < debut

    def _reprendre(self, parcours: Parcours) -> Iterator[Constat]:
        """Start where the last verification stopped: the edge is held to the seal of that size."""
        if self.reprise and self.reprise.arbre == parcours.arbre:
            parcours.frontiere = Frontiere(self.reprise.taille, self.reprise.pile)
            parcours.sauter(self.reprise.taille)
        elif self.depuis and self.depuis[0] == parcours.arbre:
            tailles = [s.taille for s in parcours.sceaux if s.taille <= self.depuis[1]]
            if tailles:
                yield from self._depuis_sceau(parcours, tailles[-1])

    def _depuis_sceau(self, parcours: Parcours, taille: int) -> Iterator[Constat]:
        try:
            parcours.frontiere = self.registre.frontiere(parcours.arbre, taille)
        except LookupError:
            phrase = "Leaves are missing before this size: verify from the beginning."
            yield Constat(code="J07", phrase=phrase, arbre=parcours.arbre, taille=taille)
        else:
            parcours.sauter(taille - 1)

    def _sans_sceau(self) -> Iterator[Constat]:
        for entree, arbre, position in self.registre.lire(_SANS_SCEAU, GRACE):
            phrase = "This entry is in no sealed tree: written behind our back, or no sealer runs."
            yield Constat(code="J04", phrase=phrase, arbre=arbre, position=position, entree=entree)


# --- Seals ----------------------------------------------------------------------------------------


def _chaine(sceaux: list[LigneSceau], cles: list[tuple[Cle, int, str]]) -> Iterator[Constat]:
    """Each seal is signed, says what its row says, and follows the one before."""
    if _se_suivent(sceaux) and _bords_signes(sceaux, cles):
        return
    avant: LigneSceau | None = None
    for sceau in sceaux:
        for phrase in _fautes_du_sceau(sceau, avant, cles):
            yield Constat(
                code="J06", phrase=phrase, arbre=sceau.arbre, taille=sceau.taille,
                sceau=sceau.numero,
            )  # fmt: skip
        avant = sceau


def _se_suivent(sceaux: list[LigneSceau]) -> bool:
    """Each row is its note, and holds the digest of the note before.

    A service has a seal for every two or three lines. The note that is signed last then answers for
    all of them: a signature costs ten digests.
    """
    numero, place, precedent = 1, (0, 0), ""
    for sceau in sceaux:
        texte = f"{_tete(sceau).texte}\n"
        suit = (sceau.numero, sceau.precedent) == (numero, precedent)
        if not (suit and (sceau.arbre, sceau.taille) >= place and sceau.note.startswith(texte)):
            return False
        numero, place = numero + 1, (sceau.arbre, sceau.taille)
        precedent = condenser(sceau.note)
    return True


def _bords_signes(sceaux: list[LigneSceau], cles: list[tuple[Cle, int, str]]) -> bool:
    """The first seal of each key and its last are signed by it: no note says where a key begins."""
    bords = {premier - avant for _, premier, _ in cles for avant in (0, 1)}
    tenus = [s for s in sceaux if s.numero in bords or s is sceaux[-1]]
    return not any(_fautes_de_la_note(sceau, cles) for sceau in tenus)


def _fautes_du_sceau(
    sceau: LigneSceau, avant: LigneSceau | None, cles: list[tuple[Cle, int, str]]
) -> Iterator[str]:
    attendu = avant.numero + 1 if avant else 1
    if sceau.numero != attendu:
        yield f"Seals are missing from {attendu} to {sceau.numero - 1}."
    elif sceau.precedent != (condenser(avant.note) if avant else ""):
        yield "It does not follow the note before."
    elif avant and (sceau.arbre, sceau.taille) < (avant.arbre, avant.taille):
        yield "It is smaller than the one before."
    yield from _fautes_de_la_note(sceau, cles)


def _fautes_de_la_note(sceau: LigneSceau, cles: list[tuple[Cle, int, str]]) -> list[str]:
    try:
        tete = lire_tete(sceau.note)
        cle = next((c for c, premier, _ in reversed(cles) if premier <= sceau.numero), None)
        signe = cle is not None and cle.a_signe(sceau.note)
    except NoteInvalide as erreur:
        return [str(erreur)]
    fautes = {
        "Its signature is not that of the sealer's key.": not signe,
        "Its note does not say what its row says.": tete != _tete(sceau),
    }
    return [phrase for phrase, vraie in fautes.items() if vraie]


def _tete(sceau: LigneSceau) -> Tete:
    return Tete(
        arbre=sceau.arbre, taille=sceau.taille, racine=sceau.racine, instant=sceau.instant,
        precedent=sceau.precedent,
    )  # fmt: skip


# --- What others kept -----------------------------------------------------------------------------


def _tete_de(
    octets: bytes, notes: list[str], cles: list[tuple[Cle, int, str]]
) -> tuple[Tete | None, str]:
    try:
        texte = temoins.lire(octets, notes)
        tete = lire_tete(texte)
        signee = any(cle.a_signe(texte) for cle, _, _ in cles)
    except (TemoinIllisible, NoteInvalide) as erreur:
        return None, str(erreur)
    return tete, "" if signee else "No key of this journal signed it."


def _temoin(
    nom: str, tete: Tete | None, refus: str, racines: dict[tuple[int, int], bytes]
) -> Iterator[Constat]:
    if tete is not None and not refus:
        ici = racines.get((tete.arbre, tete.taille))
        if ici is None:
            refus = "The journal no longer has, or cannot tell, the tree of this size."
        elif ici != tete.racine:
            refus = "The journal has another root at this size."
    if refus:
        arbre, taille = (tete.arbre, tete.taille) if tete else (None, None)
        yield Constat(code="J08", phrase=refus, arbre=arbre, taille=taille, objet=nom)
