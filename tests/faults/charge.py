"""A load of revocations, each an act of known id, sent again until it is answered."""

import threading
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from tests.faults.chantier import Chantier
from tests.faults.clients import Aidant, uid_de_revocation
from tests.faults.registre import Acte, Registre
from tests.serveurs import PATIENCE

CLIENTS = 8


@dataclass
class Charge:
    """Clients that end démarches one after the other, through `port`."""

    chantier: Chantier
    registre: Registre
    mandats: deque[dict[str, str]]
    postes: list[Aidant]
    fin: threading.Event = field(default_factory=threading.Event)
    inconnus: int = 0  # answers that were lost, whose retry was answered

    @contextmanager
    def en_cours(self, clients: int = CLIENTS) -> Iterator[None]:
        """While the body runs; every act is then brought to its answer."""
        with ThreadPoolExecutor(clients) as fils:
            faits = [fils.submit(self._travailler, poste) for poste in self.postes[:clients]]
            try:
                yield
            finally:
                self.fin.set()
            for fait in faits:
                fait.result()

    def _travailler(self, poste: Aidant) -> None:
        while not self.fin.is_set() and self.mandats:
            mandat = self.mandats.popleft()
            self._insister(poste, mandat, self.registre.envoyer(uid_de_revocation(mandat)))

    def _insister(self, poste: Aidant, mandat: dict[str, str], acte: Acte) -> None:
        limite = time.monotonic() + PATIENCE  # for one act, its retries with it
        while not self.registre.recevoir(acte, poste.revoquer(mandat), 302):
            self.inconnus += 1
            assert time.monotonic() < limite, f"seed {self.registre.graine}: no answer"
            time.sleep(0.1)

    @property
    def acquittes(self) -> int:
        return sum(1 for acte in self.registre.actes.values() if acte.acquitte)


def preparer(chantier: Chantier, graine: int, port: int = 0) -> Charge:
    postes = [replace(poste, port=port or chantier.port) for poste in chantier.postes]
    return Charge(chantier, Registre(chantier, graine), chantier.mandats, postes)
