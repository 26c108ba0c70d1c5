"""An act that cannot have its turn: PostgreSQL gives its wait up, and undoes it whole."""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import DatabaseError, OperationalError
from psycopg.errors import (
    DeadlockDetected,
    IdleInTransactionSessionTimeout,
    LockNotAvailable,
    QueryCanceled,
)
from psycopg_pool import PoolTimeout

P = ParamSpec("P")
T = TypeVar("T")
ATTENTES = (
    LockNotAvailable,
    DeadlockDetected,
    QueryCanceled,  # a statement that took too long
    IdleInTransactionSessionTimeout,  # we took too long between two
    PoolTimeout,  # every connection is taken
)
REVENIR = 5  # seconds after which one may ask again


def est_attente(erreur: BaseException | None) -> bool:
    """Whether this error says « too busy, nothing was done », and no fault of ours."""
    return isinstance(erreur, DatabaseError) and isinstance(erreur.__cause__, ATTENTES)


def repris(acte: Callable[P, T]) -> Callable[P, T]:
    """Do the act once more when it was chosen to end a circle of waits: the way is free by then.

    For an act that reads its objects under its locks, writes in one transaction (put this above
    `transaction.atomic`) and, asked twice, is done once.
    """

    @functools.wraps(acte)
    def enveloppe(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return acte(*args, **kwargs)
        except OperationalError as erreur:
            if not isinstance(erreur.__cause__, DeadlockDetected):
                raise
        return acte(*args, **kwargs)

    return enveloppe
