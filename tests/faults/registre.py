"""The ledger of the fault tests: what each client sent and what was acknowledged, and the rules.

I1 an acknowledged act has one line; I2 a line was sent; I3 tables and journal agree (J13); I4 an
act of unknown fate has one line or none, and its retry gets the first answer; I5 a verification
finds nothing new, the note taken before is reproduced; I6 all is sealed within ten seconds; I7 no
failure shows a detail; I8 no mail leaves twice.
"""

import threading
import time
from bisect import bisect_left
from dataclasses import dataclass, field
from uuid import UUID

from tests.faults.chantier import Chantier, attendre
from tests.faults.clients import Reponse
from tests.faults.releve import REGLE

DETAILS = ("Traceback", "psycopg", "SELECT ", "OperationalError", "/site-packages/")


@dataclass
class Acte:
    uid: UUID
    envoye: float
    acquitte: float = 0.0  # 0: nobody knows


@dataclass
class Registre:
    """Written before each request and after each answer, by every client."""

    chantier: Chantier
    graine: int
    actes: dict[UUID, Acte] = field(default_factory=dict)
    refus: int = 0
    erreurs: list[tuple[float, int]] = field(default_factory=list)  # when, which status (0: lost)
    bavardes: list[str] = field(default_factory=list)
    verrou: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.note = self.chantier.note()
        self.doubles = dict(self.chantier.boite.doubles)
        self.debut = self._derniere()

    def _derniere(self) -> int:
        requete = "SELECT coalesce(max(id), 0) FROM journal_entree"
        return int(self.chantier.sql_proprietaire(requete)[0][0])

    # --- What happens ---

    def envoyer(self, uid: UUID) -> Acte:
        with self.verrou:
            return self.actes.setdefault(uid, Acte(uid, time.monotonic()))

    def recevoir(self, acte: Acte, reponse: Reponse | None, attendu: int) -> bool:
        """Note the answer; return whether the act is acknowledged."""
        if reponse is not None and reponse.statut == attendu:
            acte.acquitte = acte.acquitte or time.monotonic()
            return True
        with self.verrou:
            if reponse is None or reponse.statut >= 500:
                self.erreurs.append((time.monotonic(), reponse.statut if reponse else 0))
            else:
                self.refus += 1
            if reponse is not None and any(mot in reponse.texte for mot in DETAILS):
                self.bavardes.append(reponse.texte[:500])
        return False

    # --- The rules ---

    def lignes(self, *actions: str) -> dict[UUID, int]:
        """The position of each line of these actions that was written since the beginning."""
        requete = """SELECT e.acte, f.position FROM journal_entree e
            JOIN journal_feuille f ON f.entree_id = e.id
            WHERE e.id > %s AND e.action = ANY(%s)"""
        return dict(self.chantier.sql_proprietaire(requete, self.debut, list(actions)))

    def verifier(self, *actions: str, courriels_doubles: bool = False) -> dict[str, int]:
        """Hold what happened to I1 to I8; return the counts.

        `courriels_doubles`: the database may have died between a mail and its commit; rather
        twice than never (I8 is counted, not held).
        """
        graine, chantier = f"seed {self.graine}", self.chantier
        chantier.attendre_le_courrier()
        attendre(
            lambda: chantier.non_scellees() == 0, secondes=REGLE, quoi=f"sealing (I6), {graine}"
        )
        positions = self.lignes(*actions)
        acquittes = {a.uid for a in self.actes.values() if a.acquitte}
        perdus, fantomes = acquittes - set(positions), set(positions) - set(self.actes)
        assert not perdus, (graine, "I1", perdus)
        assert not fantomes, (graine, "I2", fantomes)
        nouveaux = chantier.constats("--temoin", str(self.note)) - chantier.avant
        assert not nouveaux, (graine, "I3, I5", nouveaux)
        assert not self.bavardes, (graine, "I7", self.bavardes[:3])
        doubles = dict(chantier.boite.doubles.items() - self.doubles.items())
        assert courriels_doubles or not doubles, (graine, "I8", doubles)
        self._verifier_l_ordre(positions)
        return {
            "acknowledged": len(acquittes),
            "lost": len(perdus),
            "double": self._doubles(*actions),
            "ghosts": len(fantomes),
            "unknown in the end": len(self.actes) - len(acquittes),
            "answers lost or 5xx": len(self.erreurs),
            "mails sent twice": len(doubles),
        }

    def _doubles(self, *actions: str) -> int:
        requete = """SELECT count(*) - count(DISTINCT acte) FROM journal_entree
            WHERE id > %s AND action = ANY(%s)"""
        return int(self.chantier.sql_proprietaire(requete, self.debut, list(actions))[0][0])

    def _verifier_l_ordre(self, positions: dict[UUID, int]) -> None:
        """What was acknowledged before another act was sent stands before it (T14)."""
        sus = sorted((a.acquitte, positions[a.uid]) for a in self.actes.values() if a.acquitte)
        suivants = sorted((a.envoye, positions[a.uid]) for a in self.actes.values()
                          if a.uid in positions)  # fmt: skip
        plus_haute, rang = -1, 0
        for envoye, position in suivants:
            while rang < len(sus) and sus[rang][0] < envoye:
                plus_haute = max(plus_haute, sus[rang][1])
                rang += 1
            assert position > plus_haute or rang == 0, (f"seed {self.graine}", "order", position)

    def paires(self) -> int:
        """How many pairs of acts, one acknowledged before the other was sent, were compared."""
        sus = sorted(acte.acquitte for acte in self.actes.values() if acte.acquitte)
        return sum(bisect_left(sus, acte.envoye) for acte in self.actes.values() if acte.acquitte)
