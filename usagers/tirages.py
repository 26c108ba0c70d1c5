"""Papers that are asked for again: the same page gives the same bytes, composed once.

Composing fills a processor for a tenth of a second. Whoever asks a hundred times for one paper
costs one; those who ask for others wait their turn. Each process keeps its own, for ten minutes.
"""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Final

DUREE: Final = 600  # seconds
NOMBRE_MAX: Final = 64  # of some 50 kB each


class Tirages:
    def __init__(self) -> None:
        self._gardes: OrderedDict[bytes, tuple[float, bytes]] = OrderedDict()
        self._plume = Lock()

    def donner(self, page: str, composer: Callable[[], bytes]) -> bytes:
        """The bytes that this page gave before, or what `composer` makes of it now."""
        cle = hashlib.sha256(page.encode()).digest()
        return self._garde(cle) or self._composer(cle, composer)

    def _garde(self, cle: bytes) -> bytes | None:
        instant, octets = self._gardes.get(cle, (0.0, None))
        return octets if time.monotonic() - instant < DUREE else None

    def _composer(self, cle: bytes, composer: Callable[[], bytes]) -> bytes:
        with self._plume:
            if octets := self._garde(cle):  # somebody asked at the same time
                return octets
            octets = composer()
            self._gardes[cle] = (time.monotonic(), octets)
            self._gardes.move_to_end(cle)
            if len(self._gardes) > NOMBRE_MAX:
                self._gardes.popitem(last=False)
            return octets


TIRAGES: Final = Tirages()
