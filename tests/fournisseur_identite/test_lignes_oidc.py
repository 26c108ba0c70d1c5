"""One table of every row: each names a test that exists, or a deviation that the guide explains."""

import ast
import functools
from pathlib import Path

import pytest
from django.conf import settings

from tests.fournisseur_identite.lignes_oidc import BASIC, ECART, FRANCECONNECT, TABLE

ICI = Path(__file__).parent
GUIDE = Path(settings.BASE_DIR) / "docs" / "integration-fs.md"
LIGNES = [
    pytest.param(ligne, preuve, id=f"{section} {ligne}")
    for section, lignes in TABLE.items()
    for ligne, preuve in lignes.items()
]


@functools.cache
def noms_de(fichier: str) -> set[str]:
    arbre = ast.parse((ICI / f"{fichier}.py").read_text())
    return {noeud.name for noeud in arbre.body if isinstance(noeud, ast.FunctionDef)}


@functools.cache
def ecarts_expliques() -> str:
    return GUIDE.read_text().partition("## Deliberate deviations")[2].partition("\n## ")[0]


@pytest.mark.parametrize(("ligne", "preuve"), LIGNES)
def test_row(ligne: str, preuve: str) -> None:
    if preuve == ECART:
        assert f"`{ligne}`" in ecarts_expliques()
    else:
        fichier, test = preuve.split("::")
        assert test in noms_de(fichier)


def test_table_is_whole() -> None:
    assert len(BASIC) == 38
    assert list(FRANCECONNECT) == [f"FC{n}" for n in range(1, 16)]


def test_no_deviation_is_explained_that_is_none() -> None:
    ecarts = {ligne for lignes in TABLE.values() for ligne, p in lignes.items() if p == ECART}
    rangees = [rangee for rangee in ecarts_expliques().splitlines() if rangee.startswith("| `")]
    assert {nom.strip("| `") for rangee in rangees for nom in rangee.split("|")[1].split(",")} == (
        ecarts
    )
