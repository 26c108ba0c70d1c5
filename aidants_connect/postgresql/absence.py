"""Whether the server was away when it was last tried, in this process.

psycopg's pool tries an absent server ever more rarely, up to five minutes apart, and whoever asks
meanwhile waits ten seconds for nothing. Once it has given up, nobody waits any more: one page a
second tries the server itself, the others are told at once, and its return is seen at once.
"""

import threading
from time import monotonic

PAUSE = 1.0  # seconds between two tries

_verrou = threading.Lock()
_prochain_essai: float | None = None  # None: the server is believed to be there


def constater(_pool: object = None) -> None:
    """Nobody answers (psycopg's `reconnect_failed`)."""
    global _prochain_essai  # noqa: PLW0603 - one server, one process, one state
    with _verrou:
        _prochain_essai = monotonic() + PAUSE


def lever() -> None:
    global _prochain_essai  # noqa: PLW0603 - see `constater`
    with _verrou:
        _prochain_essai = None


def est_constatee() -> bool:
    return _prochain_essai is not None


def a_moi_d_essayer() -> bool:
    """Whether the caller is the one who tries now: the others need not."""
    global _prochain_essai  # noqa: PLW0603 - see `constater`
    with _verrou:
        if _prochain_essai is None or monotonic() < _prochain_essai:
            return False
        _prochain_essai = monotonic() + PAUSE
        return True
