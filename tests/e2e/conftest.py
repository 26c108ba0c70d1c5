"""A real Chromium against the real demo."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page


@pytest.fixture
def contexte(chromium: Browser) -> Iterator[BrowserContext]:
    contexte = chromium.new_context(locale="fr-FR", viewport={"width": 1280, "height": 720})
    contexte.set_default_timeout(15_000)
    yield contexte
    contexte.close()


@pytest.fixture
def page(contexte: BrowserContext) -> Page:
    return contexte.new_page()
