"""`python -m bench.ligne_lente`: when a page first shows something, on a 3G line, cache empty.

A real Chromium held to 400 kbit/s and 400 ms of latency, on the loopback address: the time of the
name's resolution and of TLS is not in it. Static files are those of production.
"""

import os
import statistics
import sys
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from bench.poids import servir
from tests.fixtures_demo import CHROMIUM, OPTIONS

RESULTATS = Path(__file__).parent / "results"
PAGES = (
    "/", "/connexion/", "/parcours/", "/parcours/logement/deces-non/", "/mon-mandat/", "/verifier/",
)  # fmt: skip
DEBIT = 400_000 / 8  # bytes a second
LIGNE = {
    "offline": False, "latency": 400, "downloadThroughput": DEBIT, "uploadThroughput": DEBIT,
}  # fmt: skip
ESSAIS = 3
_PREMIER = """() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime"""


def premier_contenu(chromium: Browser, adresse: str) -> float:
    """Milliseconds from the navigation to the first text or picture."""
    contexte = chromium.new_context(locale="fr-FR", viewport={"width": 375, "height": 667})
    page = contexte.new_page()
    session = contexte.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", LIGNE)
    page.goto(adresse, wait_until="load", timeout=60_000)
    duree = page.wait_for_function(_PREMIER).json_value()
    contexte.close()
    return float(duree)


def main() -> None:
    if CHROMIUM is None:
        sys.stdout.write("Chromium is not installed.\n")
        return
    charge, jour, lignes = os.getloadavg()[0], f"{datetime.now(UTC):%Y-%m-%d}", []
    with servir() as demo, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        for chemin in PAGES:
            durees = [premier_contenu(chromium, demo.produit + chemin) for _ in range(ESSAIS)]
            lignes.append(f"| {chemin} | {statistics.median(durees):.0f} | {max(durees):.0f} |")
        chromium.close()
    texte = "\n".join(
        [
            f"# A slow line, {jour}",
            "",
            f"400 kbit/s, 400 ms, {os.cpu_count()} cores, load {charge:.1f} before, "
            f"{os.getloadavg()[0]:.1f} after; {ESSAIS} visits of each page, cache empty.",
            "",
            "| page | first content, median ms | slowest ms |",
            "|---|---|---|",
            *lignes,
        ]
    )
    (RESULTATS / f"ligne-lente-{jour}.md").write_text(texte + "\n")
    sys.stdout.write(texte + "\n")


if __name__ == "__main__":
    main()
