"""`python -m bench ligne_lente [VISITS]`: when a page first shows something on a 3G line.

A real Chromium held to 400 kbit/s and 400 ms of latency, on the loopback address: the time of the
name's resolution and of TLS is not in it. Static files are those of production.
"""

import os
import statistics
import sys
from collections.abc import Sequence

from playwright.sync_api import Browser, sync_playwright

from bench.poids import servir
from bench.resultats import ecrire, jour, machine, noter
from tests.fixtures_demo import CHROMIUM, OPTIONS

PAGES = (
    "/", "/connexion/", "/parcours/", "/parcours/logement/deces-non/", "/mon-mandat/", "/verifier/",
)  # fmt: skip
DEBIT = 400_000 / 8  # bytes a second
LIGNE = {
    "offline": False, "latency": 400, "downloadThroughput": DEBIT, "uploadThroughput": DEBIT,
}  # fmt: skip
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


def main(arguments: Sequence[str]) -> None:
    if CHROMIUM is None:
        sys.stdout.write("Chromium is not installed.\n")
        return
    essais = int(arguments[0]) if arguments else 3
    charge, lignes, medianes = os.getloadavg()[0], [], []
    with servir() as demo, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        for chemin in PAGES:
            durees = [premier_contenu(chromium, demo.produit + chemin) for _ in range(essais)]
            medianes.append(statistics.median(durees))
            lignes.append(f"| {chemin} | {medianes[-1]:.0f} | {max(durees):.0f} |")
        chromium.close()
    noter("slow line.ms", max(medianes))
    texte = [
        f"# A slow line, {jour()}",
        "",
        f"400 kbit/s, 400 ms, {machine(charge)}; {essais} visits of each page, cache empty.",
        "",
        "| page | first content, median ms | slowest ms |",
        "|---|---|---|",
        *lignes,
    ]
    ecrire("ligne-lente", "\n".join(texte) + "\n")
