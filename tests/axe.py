"""axe in a page of the browser: what it finds wrong there."""

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page

# What is right would come too, a description of each element: longer to bring than to look at.
REGARDER = "options => axe.run(options).then(({ violations }) => ({ violations }))"


def regarder(page: Page, *, contrastes: bool = True) -> AxeResults:
    """What axe says of a page as it is shown now. Its source, given once, stays in the document."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options = {
        "resultTypes": ["violations"],
        "rules": {"color-contrast": {"enabled": contrastes}},
    }
    return AxeResults(page.evaluate(REGARDER, options))
