"""Whether the server was away when it was last tried, in this process.

psycopg's pool tries an absent server ever more rarely, up to five minutes apart, and whoever asks
meanwhile waits ten seconds for nothing. Once it has given up, nobody waits any more: one page a
second tries the server itself, the others are told at once, and its return is seen at once.
"""

import threading
from time import monotonic
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from psycopg_pool import ConnectionPool

PAUSE = 1.0  # seconds between two tries

_verrou = threading.Lock()
_prochain_essai: float | None = None  # None: the server is believed to be there


def constater(pool: "ConnectionPool[Any] | None" = None) -> None:
    """Nobody answers (psycopg's `reconnect_failed`).

    A pool that has connections left was only refused one more, by a server that has too many: the
    requests share those, and wait for their turn.
    """
    global _prochain_essai  # noqa: PLW0603 - one server, one process, one state
    if pool is not None and pool.get_stats()["pool_size"] > 0:
        return
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
