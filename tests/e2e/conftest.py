"""A real Chromium against the real demo."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page


@pytest.fixture
def contexte(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A browser; without JavaScript for a test that asks for it by this parameter."""
    contexte = chromium.new_context(
        locale="fr-FR",
        viewport={"width": 1280, "height": 720},
        java_script_enabled=getattr(request, "param", "") != "sans-javascript",
    )
    contexte.set_default_timeout(15_000)
    yield contexte
    contexte.close()


@pytest.fixture
def page(contexte: BrowserContext) -> Page:
    return contexte.new_page()
