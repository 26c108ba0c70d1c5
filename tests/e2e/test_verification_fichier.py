"""A stranger shows a file: the one that was signed, the same with a byte changed, another PDF."""

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.e2e import gestes
from tests.e2e.test_accessibilite import verifier
from tests.e2e.test_mon_mandat import signer
from tests.serveurs import Demo


def montrer(page: Page, demo: Demo, fichier: Path) -> str:
    """Give the file to the page that verifies; return what it answers, in large."""
    page.goto(f"{demo.produit}/verifier/")
    page.get_by_label("Fichier").set_input_files(fichier)
    page.get_by_role("button", name="Vérifier ce fichier").click()
    titre = page.get_by_role("heading", level=1)
    expect(titre).to_contain_text("Ce fichier")
    verifier(page)
    return titre.inner_text()


def test_genuine_altered_and_unknown_files_are_told_apart(
    page: Page, chromium: Browser, demo: Demo, tmp_path: Path
) -> None:
    signer(page, demo, "Karim", "etranger")
    lien = page.locator("a[href$='document.pdf']").first.get_attribute("href")
    octets = gestes.telecharger(page, f"{demo.produit}{lien}")
    change = bytearray(octets)
    change[len(octets) // 2] ^= 1
    affiche = f"{demo.produit}/parcours/affiches/orientation.pdf"
    contenus = {
        "signe": octets,
        "change": bytes(change),
        "autre": gestes.telecharger(page, affiche),
    }
    for nom, contenu in contenus.items():
        (tmp_path / f"{nom}.pdf").write_bytes(contenu)

    with chromium.new_context(locale="fr-FR") as inconnu:
        ici = inconnu.new_page()
        dits = {nom: montrer(ici, demo, tmp_path / f"{nom}.pdf") for nom in contenus}
    assert dits == {
        "signe": "Ce fichier est authentique, et le mandat est actif",
        "change": "Ce fichier a été modifié",
        "autre": "Ce fichier est inconnu",
    }
