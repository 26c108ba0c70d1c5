"""What `make bench` runs and says; what it measures is no test's affair."""

import re

import pytest

from bench.__main__ import PARTIES
from bench.tableau import LIGNES, Borne, Ligne, rendre
from tests.serveurs import RACINE

LISTE = Ligne(
    "a list",
    "45 s",
    "<= 8 SQL, <= 40 ms",
    (Borne("list.{f}.SQL", "SQL", 8), Borne("list.{f}.ms", "ms", 40)),
)
DEBIT = Ligne("uses a second", "2", ">= 60", (Borne("uses", "", 60, au_moins=True),))
TENUE = {"list.1.SQL": 4.0, "list.1.ms": 12.5, "list.10.SQL": 4.0, "list.10.ms": 40.0}


def test_every_bench_is_run() -> None:
    bancs = {
        fichier.stem
        for fichier in (RACINE / "bench").glob("[!_]*.py")
        if re.search(r"^def main\(", fichier.read_text(), flags=re.M)
    }
    assert bancs == {partie.nom for partie in PARTIES}


def test_the_table_comes_last() -> None:
    assert PARTIES[-1].nom == "tableau"


def test_a_target_is_met() -> None:
    assert "| 4 SQL, 12.5 ms | 4 SQL, 40 ms | yes |" in rendre(LISTE, TENUE)


def test_what_misses_its_target_is_bold() -> None:
    rendu = rendre(LISTE, TENUE | {"list.10.ms": 44.0})
    assert "| 4 SQL, 12.5 ms | 4 SQL, **44 ms** | **no** |" in rendu


def test_what_was_not_measured_is_said() -> None:
    assert "| 4 SQL, 12.5 ms | not measured | not measured |" in rendre(
        LISTE, {nom: valeur for nom, valeur in TENUE.items() if ".10." not in nom}
    )


def test_a_run_that_passes_midnight_links_to_its_own_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BENCH_JOUR", "2026-01-31")
    assert rendre(LISTE, TENUE).endswith("[echelle](echelle-2026-01-31.md) |")


@pytest.mark.parametrize(("debit", "verdict"), [(60.0, "yes"), (50.0, "**no**")])
def test_a_rate_is_at_least_what_is_asked(debit: float, verdict: str) -> None:
    assert f"| - | {verdict} |" in rendre(DEBIT, {"uses": debit})


def test_each_figure_of_the_table_is_that_of_a_bench() -> None:
    """A step that is given another name would be missing from the table without a word."""
    textes = "".join(fichier.read_text() for fichier in (RACINE / "bench").glob("*.py"))
    textes = textes.replace((RACINE / "bench" / "tableau.py").read_text(), "")
    noms = {re.sub(r"\.\{f\}.*", "", b.chiffre) for ligne in LIGNES for b in ligne.bornes}
    inconnus = {nom for nom in noms if nom not in textes}
    assert inconnus == {"memory.worker"}  # "worker" is a process of `demarrage.memoire`
