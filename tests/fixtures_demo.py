"""One real demo and one real Chromium for the whole run, shared by the tests that need them."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.serveurs import POUR_UNE_REPONSE, Demo

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
DELAI = 1000 * POUR_UNE_REPONSE  # milliseconds, for a page: Playwright waits 5 s by itself
expect.set_options(timeout=DELAI)
# As root Chromium wants no sandbox; the rest keeps it from looking for its maker's servers.
OPTIONS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Fast tests first, then the real clients, then the browser, whatever the random order.

    The other way about where several processes share them: the long ones must not be the tail.
    """
    items.sort(key=_lenteur, reverse=hasattr(config, "workerinput"))


def _lenteur(test: pytest.Item) -> int:
    fixtures = getattr(test, "fixturenames", ())
    if "chromium" in fixtures:
        return 2
    return 1 if "demo" in fixtures or test.nodeid.startswith("tests/faults/") else 0


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with Demo(tmp_path_factory.mktemp("demo"), {}) as demo:
        yield demo


class Navigation:
    """Chromium, opened for the first test that drives it, closed before one that does not.

    While it is open its event loop runs, beside which Django refuses to query.
    """

    def __init__(self) -> None:
        self.pile = ExitStack()
        self.chromium: Browser | None = None
        self.suite = False  # whether the next test drives it too

    def ouvrir(self) -> Browser:
        if self.chromium is None:
            playwright = self.pile.enter_context(sync_playwright())
            self.chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
            self.pile.callback(self.chromium.close)
        return self.chromium

    def fermer(self) -> None:
        self.chromium = None
        self.pile.close()


NAVIGATION = Navigation()


@pytest.fixture
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing: the browser tests cannot run.")
        pytest.skip("Chromium is not installed.")
    yield NAVIGATION.ouvrir()
    if not NAVIGATION.suite:
        NAVIGATION.fermer()  # here, before what the session or a module holds of the database


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> None:
    NAVIGATION.suite = "chromium" in getattr(nextitem, "fixturenames", ())
