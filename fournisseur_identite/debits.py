"""How often an address or a client may call: buckets that fill again, in this process's memory.

Each worker counts for itself: the limit of a deployment is that of one worker times their number.
Enough to keep a flood away from the database, and it costs no query. Secrets of 256 bits need no
other protection against guessing.
"""

import time
from collections import OrderedDict
from threading import Lock
from typing import Final

from authlib.oauth2.rfc6749.errors import OAuth2Error

CLES_MAX: Final = 10_000
ATTENTE: Final = "10"  # seconds, as Retry-After says


class TropDAppels(OAuth2Error):
    error = "temporarily_unavailable"
    description = "Too many requests."
    status_code = 429


class Debit:
    """A reserve for each key, which fills again at a steady pace."""

    def __init__(self, *, reserve: float, par_seconde: float) -> None:
        self._reserve, self._par_seconde = reserve, par_seconde
        self._seaux: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._verrou = Lock()

    def prendre(self, cle: str) -> bool:
        """Take one from the reserve of `cle`; False when it is empty."""
        with self._verrou:
            reste = self._reste(cle)
            self._seaux[cle] = (max(reste - 1, 0), time.monotonic())
            self._seaux.move_to_end(cle)
            if len(self._seaux) > CLES_MAX:
                self._seaux.popitem(last=False)
            return reste >= 1

    def est_vide(self, cle: str) -> bool:
        with self._verrou:
            return self._reste(cle) < 1

    def _reste(self, cle: str) -> float:
        reste, instant = self._seaux.get(cle, (self._reserve, 0.0))
        return min(self._reserve, reste + (time.monotonic() - instant) * self._par_seconde)

    def oublier(self) -> None:
        self._seaux.clear()


# A whole structure goes out by one address: several aidants at once, and their mistakes.
DEMANDES_ADRESSE: Final = Debit(reserve=300, par_seconde=5)
DEMANDES_FS: Final = Debit(reserve=3000, par_seconde=50)
# Only failures of client authentication count against an address.
ECHECS_ADRESSE: Final = Debit(reserve=60, par_seconde=1)
# Only a client that proved who it is uses up its own reserve: nobody can spend it in its name.
APPELS_FS: Final = Debit(reserve=6000, par_seconde=100)
TOUS: Final = (DEMANDES_ADRESSE, DEMANDES_FS, ECHECS_ADRESSE, APPELS_FS)
