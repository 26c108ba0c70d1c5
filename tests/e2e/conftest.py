"""A real Chromium against the real demo."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# As root Chromium wants no sandbox; the rest keeps it from looking for its maker's servers.
OPTIONS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def navigateur() -> Iterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing: the browser tests cannot run.")
        pytest.skip("Chromium is not installed.")
    with sync_playwright() as playwright:
        navigateur = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield navigateur
        navigateur.close()


@pytest.fixture
def contexte(navigateur: Browser) -> Iterator[BrowserContext]:
    contexte = navigateur.new_context(locale="fr-FR", viewport={"width": 1280, "height": 720})
    contexte.set_default_timeout(15_000)
    yield contexte
    contexte.close()


@pytest.fixture
def page(contexte: BrowserContext) -> Page:
    return contexte.new_page()
