"""Reading the sealed journal: trees, seals and keys as the database holds them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from journal import arbre
from journal.lignes import COLONNES_ENTREE, champs
from journal.note import Cle

VERROU = 7_962  # the advisory lock of the sealer

_LONGUE_LECTURE = {
    "statement_timeout": "0",
    "work_mem": "64MB",
    "max_parallel_workers_per_gather": "0",
}
_AUTRES_JOINTURES = ("enable_hashjoin", "enable_nestloop")
_NIVEAU_0 = """
SELECT empreinte FROM journal_feuille
WHERE arbre = %s AND position >= %s AND position < %s ORDER BY position
"""
_NIVEAU = """
SELECT empreinte FROM journal_noeud
WHERE arbre = %s AND niveau = %s AND rang >= %s AND rang < %s ORDER BY rang
"""
_SCEAU = "SELECT numero, arbre, taille, racine, precedent, instant, note FROM journal_sceau"
_SCEAU_DATE = """
SELECT s.numero, s.arbre, s.taille, s.racine, s.precedent, s.instant, s.note, t.contenu
FROM journal_temoin t JOIN journal_sceau s ON s.numero = t.sceau
WHERE t.genre = %s AND s.arbre = %s AND s.taille > %s ORDER BY s.numero, t.numero LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class LigneSceau:
    numero: int
    arbre: int
    taille: int
    racine: bytes
    precedent: str
    instant: datetime
    note: str


class Registre:
    """What a connection reads of trees and seals."""

    def __init__(self, connexion: BaseDatabaseWrapper) -> None:
        self.connexion = connexion

    def lire(self, requete: str, *valeurs: Any) -> list[tuple[Any, ...]]:
        with self.connexion.cursor() as curseur:
            nommees = valeurs[0] if valeurs and isinstance(valeurs[0], dict) else None
            curseur.execute(requete, nommees or valeurs or None)
            return list(curseur.fetchall())

    def parcourir(self, requete: str, valeurs: dict[str, Any]) -> Iterator[list[Any]]:
        """The rows of a long reading as they come; see `lignes.champs`."""
        with (
            self.connexion.wrap_database_errors,  # Django leaves COPY out
            self.connexion.cursor() as curseur,
            curseur.copy(f"COPY ({requete}) TO STDOUT", valeurs) as copie,
        ):
            for octets in copie:
                yield champs(str(octets, "utf-8")[:-1])

    def regler(self) -> None:
        """Set this connection for reading everything: no time limit, one core, no sort on disk."""
        for nom, valeur in _LONGUE_LECTURE.items():
            self.lire("SELECT set_config(%s, %s, false)", nom, valeur)

    @contextmanager
    def en_fusion(self) -> Iterator[None]:
        """Join by merging: rows that come in order already are neither hashed nor sorted.

        Nor one by one: over tables that PostgreSQL still takes for small, this never ends.
        """
        for moyen in _AUTRES_JOINTURES:
            self.lire("SELECT set_config(%s, 'off', false)", moyen)
        try:
            yield
        finally:
            for moyen in _AUTRES_JOINTURES:
                self.lire("SELECT set_config(%s, 'on', false)", moyen)

    # --- Seals and keys ---

    def dernier_sceau(self) -> LigneSceau | None:
        return next(iter(self.sceaux(f"{_SCEAU} ORDER BY numero DESC LIMIT 1")), None)

    def sceau_sur(self, numero_arbre: int, position: int) -> LigneSceau | None:
        """The latest seal of a tree, when it covers `position`."""
        requete = f"{_SCEAU} WHERE arbre = %s AND taille > %s ORDER BY numero DESC LIMIT 1"
        return next(iter(self.sceaux(requete, numero_arbre, position)), None)

    def sceau_date_sur(
        self, numero_arbre: int, position: int, genre: str
    ) -> list[tuple[LigneSceau, bytes]]:
        """The first seal over `position` that has a token, with its first token."""
        lignes = self.lire(_SCEAU_DATE, genre, numero_arbre, position)
        return [(LigneSceau(n, a, t, bytes(r), p, i, note), bytes(jeton))
                for n, a, t, r, p, i, note, jeton in lignes]  # fmt: skip

    def tous_les_sceaux(self, depuis: int = 0) -> list[LigneSceau]:
        return self.sceaux(f"{_SCEAU} WHERE numero >= %s ORDER BY numero", depuis)

    def sceaux(self, requete: str, *valeurs: object) -> list[LigneSceau]:
        return [
            LigneSceau(n, a, t, bytes(r), p, i, note)
            for n, a, t, r, p, i, note in self.lire(requete, *valeurs)
        ]

    def cles(self) -> list[tuple[Cle, int, str]]:
        """Each key, the number of its first seal, and its statement."""
        requete = "SELECT publique, premier_sceau, enonce FROM journal_clesceau ORDER BY numero"
        return [(Cle(bytes(p)), premier, enonce) for p, premier, enonce in self.lire(requete)]

    # --- Trees ---

    def lecture(self, numero_arbre: int) -> arbre.Lecture:
        def lire(niveau: int, debut: int, fin: int) -> Sequence[bytes]:
            if niveau == 0:
                lignes = self.lire(_NIVEAU_0, numero_arbre, debut, fin)
            else:
                lignes = self.lire(_NIVEAU, numero_arbre, niveau, debut, fin)
            return [bytes(empreinte) for (empreinte,) in lignes]

        return lire

    def frontiere(self, numero_arbre: int, taille: int) -> arbre.Frontiere:
        """The right edge of a tree at a size, from the nodes and leaves that are kept."""
        pile = arbre.sous_arbres(0, taille, self.lecture(numero_arbre))
        return arbre.Frontiere(taille, pile)

    def chemin(self, numero_arbre: int, position: int, taille: int) -> list[bytes]:
        """The inclusion proof of a leaf."""
        lire = self.lecture(numero_arbre)
        return [arbre.hacher_plage(*p, lire) for p in arbre.plages_inclusion(position, taille)]

    # --- Entries ---

    def entrees_sans_feuille(self, apres: int, nombre: int) -> list[tuple[Any, ...]]:
        """The committed entries without a leaf, by id; see `lignes.COLONNES_ENTREE`."""
        requete = (
            f"SELECT {COLONNES_ENTREE} FROM journal_entree e"  # noqa: S608 - our own columns
            " LEFT JOIN journal_feuille f ON f.entree_id = e.id"
            " WHERE e.id > %s AND f.entree_id IS NULL ORDER BY e.id LIMIT %s"
        )
        return self.lire(requete, apres, nombre)

    def relire(self, numero_arbre: int, debut: int, fin: int) -> list[tuple[Any, ...]]:
        """Leaves with their entries, as they stand: the leaf's hash, then the entry's columns."""
        requete = (
            f"SELECT f.empreinte, {COLONNES_ENTREE} FROM journal_feuille f"  # noqa: S608 - a constant list of columns
            " JOIN journal_entree e ON e.id = f.entree_id"
            " WHERE f.arbre = %s AND f.position >= %s AND f.position < %s ORDER BY f.position"
        )
        return self.lire(requete, numero_arbre, debut, fin)
