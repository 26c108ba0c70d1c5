"""The service that the fault tests break, their seeds, and the counts at the end of the run."""

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.chantier import Chantier
from tests.faults.releve import RELEVE, ecrire, lignes


@pytest.fixture(scope="session")
def chantier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chantier]:
    if shutil.which("redis-server") is None:
        if os.environ.get("CI"):
            pytest.fail("redis-server is missing: the fault tests cannot run.")
        pytest.skip("redis-server is not installed.")
    with Chantier(tmp_path_factory.mktemp("chantier")) as chantier:
        yield chantier


@pytest.fixture
def graine() -> int:
    """Another one each time; every failure says its own, FAUTES_GRAINE replays it."""
    return int(os.environ.get("FAUTES_GRAINE", time.time_ns() % 1_000_000))


def pytest_terminal_summary(terminalreporter: Any, exitstatus: int) -> None:
    if not RELEVE:
        return
    terminalreporter.section("faults")
    for essai, comptes in lignes():
        terminalreporter.line(f"{essai}: {comptes}")
    if exitstatus == 0 and "FAUTES_TABLE" in os.environ:
        ecrire(Path(os.environ["FAUTES_TABLE"]))
