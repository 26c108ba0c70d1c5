"""The simulator's memory: values that live for a while, shared by the threads of one process."""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from demo.franceconnect.authorization import AuthorizationRequest
from demo.franceconnect.identites import Identite

T = TypeVar("T")


class Store(Generic[T]):
    """A dictionary under a lock, whose values are forgotten after `lifetime` seconds."""

    def __init__(self, lifetime: float, clock: Callable[[], float] = time.time) -> None:
        self.lifetime = lifetime
        self._clock = clock
        self._lock = threading.Lock()
        self._values: dict[str, tuple[float, T]] = {}

    def put(self, value: T, *, key: str = "") -> str:
        """Keep `value` and return its key, random unless given."""
        key = key or secrets.token_urlsafe(32)
        with self._lock:
            self._sweep()
            self._values[key] = (self._clock() + self.lifetime, value)
        return key

    def get(self, key: str) -> T | None:
        """Return the value while it lives."""
        with self._lock:
            self._sweep()
            held = self._values.get(key)
        return held[1] if held else None

    def pop(self, key: str) -> T | None:
        """Return the value and forget it: of two threads only one receives it."""
        with self._lock:
            self._sweep()
            held = self._values.pop(key, None)
        return held[1] if held else None

    def _sweep(self) -> None:
        now = self._clock()
        for key in [key for key, (end, _) in self._values.items() if end <= now]:
            del self._values[key]


@dataclass(frozen=True)
class Session:
    """Who is identified in this browser, since when."""

    identite: Identite
    auth_time: int


@dataclass(frozen=True)
class Grant:
    """What a code, then an access token, stands for."""

    request: AuthorizationRequest
    identite: Identite
    auth_time: int


# FranceConnect's lifetimes: code 30 s, access token 60 s, session 30 min.
interactions: Store[AuthorizationRequest] = Store(30 * 60)
sessions: Store[Session] = Store(30 * 60)
codes: Store[Grant] = Store(30)
access_tokens: Store[Grant] = Store(60)
# Access token by spent code, so that a replayed code takes its token down with it.
spent_codes: Store[str] = Store(120)
