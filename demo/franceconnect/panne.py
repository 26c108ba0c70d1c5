"""The breakdown that a visitor or a test asks the simulator to play at its token endpoint."""

import threading
import time

MODES = {"aucune": "Aucune panne", "lente": "Réponse lente (10 s)", "erreur": "Erreur 500"}
SLOWNESS = 10

_lock = threading.Lock()
_current = "aucune"


def mode() -> str:
    """Return the breakdown in force."""
    with _lock:
        return _current


def choose(new_mode: str) -> None:
    """Put `new_mode`, one of MODES, in force for everyone."""
    global _current  # noqa: PLW0603 - one switch for the whole process is the point
    with _lock:
        _current = new_mode


def suffer() -> bool:
    """Wait when the mode is slow; tell whether the caller must answer 500."""
    current = mode()
    if current == "lente":
        time.sleep(SLOWNESS)
    return current == "erreur"
