"""The light style sheet is what DSFR gives today, and holds every class that a page names."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from deploiement import alleger

PAR_LES_DONNEES = {"demarches", "parcours"}  # each name comes from the data of its page
ENCORE = "run `python -m deploiement.alleger` and commit what it writes"


def test_style_sheet_is_up_to_date() -> None:
    assert (alleger.SORTIE / "dsfr.css").read_text() == alleger.feuille(), ENCORE


@pytest.mark.parametrize("nom", alleger.PLANCHES)
def test_pictograms_are_up_to_date(nom: str) -> None:
    assert (alleger.SORTIE / f"pictogrammes-{nom}.svg").read_text() == alleger.planche(nom), ENCORE


def test_pages_take_from_a_sheet_what_it_holds() -> None:
    gabarits = (Path(settings.BASE_DIR) / "templates").rglob("*.html")
    demandes = {
        (planche, chemin)
        for gabarit in gabarits
        for appel in re.findall(r"{% include[^%]*planche=[^%]*%}", gabarit.read_text())
        for planche in re.findall(r'planche="([^"]+)"', appel)
        for chemin in re.findall(r'(?:chemin|pictogramme)="([^"]+)"', appel)
    }
    tenus = {(nom, chemin) for nom, chemins in alleger.PLANCHES.items() for chemin in chemins}
    assert demandes == {(nom, chemin) for nom, chemin in tenus if nom not in PAR_LES_DONNEES}


def test_no_page_names_an_abandoned_component() -> None:
    familles = {c.split("-")[1].split("_")[0] for c in alleger.classes_nommees()}
    assert familles & alleger.ABANDONNEES == set()


def test_every_class_that_dsfr_knows_and_a_page_names_is_kept() -> None:
    entiere = "".join(
        (alleger.DSFR / f).read_text()
        for f in ("dsfr/dsfr.main.min.css", "utility/utility.main.min.css")
    )
    connues = set(re.findall(r"\.(fr-[\w-]+)", entiere))
    gardees = set(re.findall(r"\.(fr-[\w-]+)", (alleger.SORTIE / "dsfr.css").read_text()))
    assert (alleger.classes_nommees() & connues) - gardees == set()


@pytest.mark.parametrize("nom", alleger.GRAISSES)
def test_cut_font_is_light(nom: str) -> None:
    assert (alleger.SORTIE / "polices" / f"Marianne-{nom}.woff2").stat().st_size < 16_000


@pytest.mark.parametrize("nom", alleger.PLANCHES)
def test_drawings_keep_their_shapes(nom: str) -> None:
    """Rounded, no point of a drawing moves by more than the hundredth of one."""
    entieres = "".join(
        symbole
        for chemin in alleger.PLANCHES[nom]
        for symbole in re.findall(r"<symbol .*?</symbol>", _dessin(chemin), flags=re.S)
    )
    lus, attendus = nombres(alleger.planche(nom)), nombres(entieres)
    assert lus == pytest.approx(attendus, abs=0.0051)


def _dessin(chemin: str) -> str:
    return (alleger.DSFR / "artwork" / "pictograms" / f"{chemin}.svg").read_text()


def nombres(svg: str) -> list[float]:
    traces = "".join(re.findall(r'\b(?:d|points)="([^"]*)"', svg))
    return [float(nombre) for nombre in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", traces)]
