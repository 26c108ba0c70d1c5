"""A person who has no mouse: Tab, Space, Enter, and a focus that is seen at each step."""

import re

from playwright.sync_api import Locator, Page, expect

TABULATIONS_MAX = 120
# The outline is drawn on what has the focus, on the box that its link fills, or on its label.
VU = """() => {
    const actif = document.activeElement;
    const dessine = (element, partie) => {
        const style = getComputedStyle(element, partie || null);
        return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
    };
    const etiquettes = [...(actif.labels || [])];
    return ['', '::before', '::after'].some((partie) =>
        [actif, ...etiquettes].some((element) => dessine(element, partie)));
}"""


def avancer(page: Page) -> None:
    """One Tab: what it reaches shows that it is there."""
    page.keyboard.press("Tab")
    if page.locator("body:focus").count() == 0 and page.locator(":focus").count():
        assert page.evaluate(VU), page.evaluate("document.activeElement.outerHTML")


def aller_a(page: Page, cible: Locator) -> None:
    """Tab, and Tab again, until `cible` has the focus; it is then on the screen."""
    for _ in range(TABULATIONS_MAX):
        avancer(page)
        if cible.evaluate_all("elements => elements.includes(document.activeElement)"):
            expect(page.locator(":focus")).to_be_in_viewport()
            return
    raise AssertionError(f"Tab never reaches {cible} on {page.url}")


def atteindre(page: Page, mots: str) -> None:
    """Move the focus to the link or button of the page that begins with these words."""
    debut = re.compile(rf"^\s*{re.escape(mots)}")
    aller_a(page, page.locator("main :is(a, button, summary)").filter(has_text=debut))


def choisir(page: Page, mots: str) -> None:
    """Follow what begins with these words: another page comes."""
    avant = page.url
    atteindre(page, mots)
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(avant)


def cocher(page: Page, selecteur: str) -> None:
    case = page.locator(selecteur)
    aller_a(page, case)
    page.keyboard.press("Space")
    expect(case).to_be_checked()


def ecrire(page: Page, selecteur: str, texte: str) -> None:
    aller_a(page, page.locator(selecteur))
    page.keyboard.type(texte)
