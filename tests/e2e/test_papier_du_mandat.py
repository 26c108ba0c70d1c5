"""A tablet turned to the person: signed with a finger; the paper is then verified, or renewed."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e import gestes
from tests.e2e.test_accessibilite import verifier
from tests.fixtures_demo import DELAI
from tests.serveurs import Demo


@pytest.fixture
def tablette(chromium: Browser) -> Iterator[BrowserContext]:
    contexte = chromium.new_context(
        locale="fr-FR", viewport={"width": 768, "height": 1024}, has_touch=True
    )
    contexte.set_default_timeout(DELAI)
    yield contexte
    contexte.close()


def tracer_au_doigt(page: Page, *points: tuple[float, float]) -> None:
    """One stroke of a finger in the signature area, in parts of its size."""
    zone = page.locator("canvas")
    zone.scroll_into_view_if_needed()
    cadre = zone.bounding_box()
    assert cadre
    doigt = page.context.new_cdp_session(page)
    for rang, (x, y) in enumerate(points):
        place = {"x": cadre["x"] + x * cadre["width"], "y": cadre["y"] + y * cadre["height"]}
        genre = "touchMove" if rang else "touchStart"
        doigt.send("Input.dispatchTouchEvent", {"type": genre, "touchPoints": [place]})
    doigt.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    doigt.detach()


def attendre_traits(page: Page, nombre: int) -> None:
    """A touch is told to the page a little after it was made."""
    page.wait_for_function(
        "n => JSON.parse(document.getElementById('id_trace').value || '[]').length === n",
        arg=nombre,
    )


def document(page: Page, demo: Demo) -> bytes:
    lien = page.locator("a[href$='document.pdf']").first.get_attribute("href")
    octets: bytes = page.context.request.get(f"{demo.produit}{lien}").body()
    return octets


def adresse_du_qr(octets: bytes) -> str:
    """What a telephone reads on the last page, once printed."""
    if not shutil.which("pdftoppm"):
        pytest.skip("poppler-utils is not installed.")
    ordre = ["pdftoppm", "-r", "150", "-f", "3", "-png", "-"]
    page = subprocess.run(ordre, input=octets, capture_output=True, check=True).stdout
    (code,) = zxingcpp.read_barcodes(Image.open(BytesIO(page)))
    return str(code.text)


def test_signed_with_a_finger_then_verified(
    tablette: BrowserContext, page: Page, demo: Demo
) -> None:
    ecran = tablette.new_page()
    gestes.se_connecter(ecran, demo, "Karim")
    gestes.choisir_demarches(ecran, demo, "transports", jours=31)
    gestes.s_identifier(ecran)
    gestes.declarer(ecran)
    signer_au_doigt(ecran)
    gestes.signer(ecran, demo, "Karim")
    octets = document(ecran, demo)

    page.goto(adresse_du_qr(octets))  # a stranger's browser, without any session
    expect(page.get_by_role("heading", level=1)).to_have_text("Ce mandat est authentique et actif")
    verifier(page)


def signer_au_doigt(page: Page) -> None:
    """Three strokes, the last one taken back; the page does not scroll under the finger."""
    tracer_au_doigt(page, (0.1, 0.6), (0.3, 0.2), (0.5, 0.6))
    hauteur = page.evaluate("window.scrollY")
    tracer_au_doigt(page, (0.5, 0.3), (0.7, 0.7), (0.9, 0.3))
    tracer_au_doigt(page, (0.2, 0.9), (0.2, 0.1))
    attendre_traits(page, 3)
    assert page.evaluate("window.scrollY") == hauteur
    page.get_by_role("button", name="Effacer le dernier trait").tap()
    attendre_traits(page, 2)
    expect(page.get_by_text("Votre signature est dessinée.")).to_be_visible()


def test_mandat_is_renewed_without_franceconnect(page: Page, demo: Demo) -> None:
    gestes.se_connecter(page, demo, "Karim")
    gestes.choisir_demarches(page, demo, "loisirs", jours=31)
    gestes.s_identifier(page)
    gestes.declarer(page)
    gestes.dessiner(page)
    gestes.signer(page, demo, "Karim")
    ancienne = re.search(r"AC-\w{4}-\w{4}", page.locator("main").inner_text())
    assert ancienne
    mandat = page.url.replace("fait/", "")

    page.goto(mandat)
    page.get_by_role("link", name="Renouveler").first.click()
    verifier(page)
    expect(page.locator("input[name=demarches][value=loisirs]")).to_be_checked()
    page.locator("input[name=duree][value='365']").check(force=True)
    page.get_by_role("main").get_by_role("button", name="Continuer").click()
    expect(page).to_have_url(re.compile("/signature/"))  # and not to FranceConnect
    verifier(page)
    gestes.declarer(page)
    gestes.dessiner(page)
    gestes.signer(page, demo, "Karim")
    verifier(page)
    page.goto(f"{demo.produit}/verifier/{ancienne.group()}/")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        re.compile("authentique, mais termin")
    )
