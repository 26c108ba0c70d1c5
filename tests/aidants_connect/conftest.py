from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from aidants_connect import purge
from journal.murs import ROLE_RETENTION
from tests.journal.registre_de_test import role


@contextmanager
def _sous_le_role(metier: str) -> Iterator[None]:
    """A test lives in one transaction: the same connection takes the role, and its walls."""
    with role(ROLE_RETENTION):
        yield


@pytest.fixture
def retention(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purge, "sous_le_role", _sous_le_role)
