"""The sealer: gives each committed entry its leaf, checks what it is about to sign, and signs.

Ids are drawn before the commit, so a lower one may appear after a higher one. Each pass therefore
takes every entry that has no leaf yet, by id, and gives the position itself: a late entry falls in
a later pass, and none can be skipped. A mark five minutes old keeps passes short; the full look
comes back every hour, and in each verification. An entry that was committed before another was
written has a lower id and is seen by the same pass: it stands before it.
"""

import time
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from journal import lignes, note
from journal.arbre import Frontiere, hacher_feuille
from journal.note import Plume, Tete
from journal.registre import VERROU, LigneSceau, Registre

LOT = 5_000
MARGE = timedelta(minutes=5)  # after which no open transaction can still add an older id
TOUR_COMPLET = 3600.0
BATTEMENT = timedelta(hours=1)  # a quiet journal is sealed again: back-dating shows (J09)


class SceauRefuse(Exception):
    """What stands in the database is not what was signed: nothing more is signed."""


class Marque:
    """The id below which a pass need not look: all that could commit below it has done so."""

    def __init__(self) -> None:
        self._recentes: deque[tuple[datetime, int]] = deque()
        self._basse, self._tour = 0, time.monotonic()

    def lire(self, maintenant: datetime) -> int:
        if time.monotonic() - self._tour > TOUR_COMPLET:
            self._recentes.clear()  # everything is looked at again
            self._basse, self._tour = 0, time.monotonic()
        while self._recentes and self._recentes[0][0] < maintenant - MARGE:
            self._basse = self._recentes.popleft()[1]
        return self._basse

    def noter(self, entrees: list[tuple[Any, ...]]) -> None:
        """Keep the time and id of a lot's last entry."""
        cle, _, instant, *_ = entrees[-1]
        self._recentes.append((datetime.fromisoformat(instant), cle))


class Scelleur:
    """Seals through one connection, with one key."""

    def __init__(
        self, connexion: BaseDatabaseWrapper, plume: Plume, precedente: Plume | None = None
    ) -> None:
        self.connexion, self.plume, self.precedente = connexion, plume, precedente
        self.registre, self.marque = Registre(connexion), Marque()

    def passer(self, lot: int = LOT) -> int:
        """Seal all that waits; return the number of entries. One sealer works at a time."""
        total = 0
        while True:
            scellees = self._un_lot(lot)
            total += len(scellees)
            if scellees:
                self.marque.noter(scellees)
            if len(scellees) < lot:
                return total

    @transaction.atomic
    def _un_lot(self, lot: int) -> list[tuple[Any, ...]]:
        """Seal one batch in one transaction; return its entries."""
        self.registre.lire("SELECT pg_advisory_xact_lock(%s)", VERROU)
        avant = self.registre.dernier_sceau()
        maintenant: datetime = self.registre.lire("SELECT clock_timestamp()")[0][0]
        entrees = self.registre.entrees_sans_feuille(self.marque.lire(maintenant), lot)
        if not entrees and (avant is None or maintenant - avant.instant < BATTEMENT):
            return []
        self._preparer_cle(avant, maintenant)
        numero_arbre, frontiere = self._reprendre(avant, maintenant)
        feuilles: list[tuple[int | None, bytes]] = list(self._premiere(avant, frontiere))
        feuilles += [(entree[0], lignes.feuille(entree)) for entree in entrees]
        self._ecrire(numero_arbre, frontiere, feuilles)
        self._relire(numero_arbre, frontiere, feuilles)
        self._signer(avant, numero_arbre, frontiere, maintenant)
        return entrees

    @transaction.atomic
    def sceller_feuilles(
        self,
        avant: LigneSceau | None,
        numero_arbre: int,
        frontiere: Frontiere,
        instant: datetime,
        feuilles: list[tuple[int | None, bytes]],
    ) -> None:
        """Seal leaves that are hashed already, at an instant that is told: for made-up data."""
        self._preparer_cle(avant, instant)
        toutes = [*self._premiere(avant, frontiere), *feuilles]
        self._ecrire(numero_arbre, frontiere, toutes)
        self._signer(avant, numero_arbre, frontiere, instant)

    # --- Before: what was signed still stands ---

    def _reprendre(self, avant: LigneSceau | None, maintenant: datetime) -> tuple[int, Frontiere]:
        """The tree to go on with, its edge rebuilt from the database and held to the last root."""
        annee = annee_de(maintenant)
        if avant is None:
            return annee, Frontiere()
        try:
            frontiere = self.registre.frontiere(avant.arbre, avant.taille)
        except LookupError as erreur:
            raise SceauRefuse(f"Tree {avant.arbre}: {erreur}") from erreur
        if frontiere.racine != avant.racine:
            raise SceauRefuse(f"The tree no longer has the root of seal {avant.numero}.")
        if annee > avant.arbre:
            return annee, Frontiere()
        return avant.arbre, frontiere

    def _preparer_cle(self, avant: LigneSceau | None, maintenant: datetime) -> None:
        """Hold the last note to its key; write the statement by which a new key follows."""
        cles = [cle for cle, _, _ in self.registre.cles()]
        if avant is not None and not (cles and _signe(cles, avant)):
            raise SceauRefuse(f"Seal {avant.numero} is not signed by the sealer's key.")
        if cles and cles[-1] == self.plume.cle:
            return
        if cles and (self.precedente is None or self.precedente.cle != cles[-1]):
            raise SceauRefuse(
                "CLE_SCEAU is new: set CLE_SCEAU_PRECEDENTE to the key before, which must sign it."
            )
        texte = note.annoncer(self.plume.cle, maintenant)
        enonce = self.plume.signer(texte)
        if cles and self.precedente:
            enonce += self.precedente.ligne(texte)
        self.registre_cle(len(cles) + 1, avant, enonce)

    def registre_cle(self, numero: int, avant: LigneSceau | None, enonce: str) -> None:
        premier = avant.numero + 1 if avant else 1
        self._inserer(
            "journal_clesceau (numero, publique, premier_sceau, enonce)",
            numero, self.plume.cle.publique, premier, enonce,
        )  # fmt: skip

    # --- The batch ---

    def _premiere(
        self, avant: LigneSceau | None, frontiere: Frontiere
    ) -> Iterator[tuple[None, bytes]]:
        """The first leaf of a new year is the last note of the year before: trees are chained."""
        if avant is not None and frontiere.taille == 0:
            yield None, hacher_feuille(avant.note.encode())

    def _ecrire(
        self, numero_arbre: int, frontiere: Frontiere, feuilles: list[tuple[int | None, bytes]]
    ) -> None:
        """Copy the leaves, then the nodes that they complete; the frontier grows."""
        noeuds: list[tuple[Any, ...]] = []
        with self.connexion.wrap_database_errors, self.connexion.cursor() as curseur:
            ordre = "COPY journal_feuille (arbre, position, entree_id, empreinte) FROM STDIN"
            with curseur.copy(ordre) as copie:
                for cle, empreinte in feuilles:
                    copie.write_row((numero_arbre, frontiere.taille, cle, empreinte))
                    noeuds += frontiere.ajouter(empreinte)
            ordre = "COPY journal_noeud (arbre, niveau, rang, empreinte) FROM STDIN"
            with curseur.copy(ordre) as copie:
                for noeud in noeuds:
                    copie.write_row((numero_arbre, *noeud))

    def _relire(
        self, numero_arbre: int, frontiere: Frontiere, feuilles: list[tuple[int | None, bytes]]
    ) -> None:
        """Read the batch a second time, entries and tree, before it is signed."""
        debut = frontiere.taille - len(feuilles)
        relues = self.registre.relire(numero_arbre, debut, frontiere.taille)
        justes = all(bytes(ligne[0]) == lignes.feuille(ligne[1:]) for ligne in relues)
        attendues = [(cle, empreinte) for cle, empreinte in feuilles if cle is not None]
        if not justes or [(ligne[1], bytes(ligne[0])) for ligne in relues] != attendues:
            raise SceauRefuse("The batch did not read back as it was written.")
        if self.registre.frontiere(numero_arbre, frontiere.taille).racine != frontiere.racine:
            raise SceauRefuse("The tree did not read back as it was written.")

    def _signer(
        self, avant: LigneSceau | None, numero_arbre: int, frontiere: Frontiere, instant: datetime
    ) -> None:
        tete = Tete(
            arbre=numero_arbre,
            taille=frontiere.taille,
            racine=frontiere.racine,
            instant=instant,
            precedent=note.condenser(avant.note) if avant else "",
        )
        self._inserer(
            "journal_sceau (numero, arbre, taille, racine, precedent, instant, note)",
            avant.numero + 1 if avant else 1, numero_arbre, tete.taille, tete.racine,
            tete.precedent, instant, self.plume.signer(tete.texte),
        )  # fmt: skip

    def _inserer(self, ou: str, *valeurs: Any) -> None:
        places = ", ".join(["%s"] * len(valeurs))
        with self.connexion.cursor() as curseur:
            curseur.execute(f"INSERT INTO {ou} VALUES ({places})", valeurs)  # noqa: S608 - ours


def annee_de(instant: datetime) -> int:
    """The year that names a tree: the sealing's, in UTC."""
    return instant.astimezone(UTC).year


def _signe(cles: list[note.Cle], sceau: LigneSceau) -> bool:
    """The last note is one of ours, and says what its row says."""
    try:
        tete = note.lire_tete(sceau.note)
    except note.NoteInvalide:
        return False
    dit = (tete.arbre, tete.taille, tete.racine, tete.instant)
    ligne = (sceau.arbre, sceau.taille, sceau.racine, sceau.instant)
    return dit == ligne and any(cle.a_signe(sceau.note) for cle in islice(reversed(cles), 2))
