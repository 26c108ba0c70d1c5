"""The mandat's paper holds on two pages and the form, and nothing on it is cut."""

import re
import shutil
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from weasyprint.text.line_break import Layout

from aidants.demarches import DEMARCHES
from mandats import attestation, code_papier
from mandats.models import Mandat
from tests.factories import AidantFactory, MandatFactory, StructureFactory, UsagerFactory
from tests.papiers import CAS_DU_MANDAT, donnees_du_mandat, noms_extremes
from tests.pdf import sans_blancs

pytestmark = pytest.mark.django_db

MARGE = 48  # points, 17 mm; the paper's own bottom margin holds the number of the page
MOT = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*)<')
avec_poppler = pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler is missing")


def composer(**traits: Any) -> tuple[Mandat, bytes]:
    mandat = Mandat.objects.avec_tout().get(pk=MandatFactory(**traits).pk)
    return mandat, attestation.composer(mandat, code_papier.tirer())


def pages(octets: bytes) -> list[str]:
    """The text of each page, without its blanks: lines are cut anywhere."""
    textes = [page.extract_text() for page in PdfReader(BytesIO(octets)).pages]
    return [sans_blancs(texte) for texte in textes]


def mots(octets: bytes, dossier: Path) -> list[tuple[list[float], str]]:
    """Each word with its box: left, top, right, bottom."""
    chemin = dossier / "mandat.pdf"
    chemin.write_bytes(octets)
    ordre = ["pdftotext", "-bbox", str(chemin), "-"]
    sortie = subprocess.run(ordre, capture_output=True, text=True, check=True).stdout
    return [([float(n) for n in boite], mot) for *boite, mot in MOT.findall(sortie)]


def corps(octets: bytes) -> set[float]:
    """The sizes of the letters, in points."""
    tailles = set()

    def noter(texte: str, cm: list[float], tm: list[float], _: Any, taille: float) -> None:
        if texte.strip():
            tailles.add(round(abs(taille * tm[3] * cm[3]), 1))

    for page in PdfReader(BytesIO(octets)).pages:
        page.extract_text(visitor_text=noter)
    return tailles


def noms_de(longueur: int) -> dict[str, Any]:
    """A person and a structure whose names have about so many characters."""
    usager = UsagerFactory(
        prenoms=("Marie-Antoinette Joséphine " * 10)[:longueur].strip(),
        nom=("De La Tour " * 12)[: longueur // 2].strip(),
        nom_usage=("Du Pont " * 16)[: longueur // 2].strip(),
    )
    structure = StructureFactory(nom=("Maison des solidarités " * 11)[:longueur].strip())
    return {"usager": usager, "structure": structure}


@pytest.mark.parametrize("cas", CAS_DU_MANDAT)
def test_names_and_texts_are_whole_on_two_pages_and_the_form(cas: str) -> None:
    mandat, octets = composer(**donnees_du_mandat(cas))
    premiere, deuxieme, form = pages(octets)
    for nom in (mandat.usager.nom_complet, mandat.structure.nom):
        assert sans_blancs(nom) in premiere
        assert sans_blancs(nom) in form
    assert sans_blancs(DEMARCHES[mandat.demarches_ouvertes[-1]].sujets) in premiere
    assert "Modèle2026-12" in deuxieme
    assert "Signature:" in form


@pytest.mark.parametrize("cas", [cas for cas in CAS_DU_MANDAT if cas != "noms-sans-espace"])
def test_no_letter_is_below_eleven_points(cas: str) -> None:
    """Legible at arm's length; names of hundreds of capital W and M alone go below."""
    assert min(corps(composer(**donnees_du_mandat(cas))[1])) == 11


@avec_poppler
@pytest.mark.parametrize("cas", CAS_DU_MANDAT)
def test_no_word_leaves_the_page(cas: str, tmp_path: Path) -> None:
    _, octets = composer(**donnees_du_mandat(cas))
    boites = mots(octets, tmp_path)
    assert len(boites) > 300
    debordent = [
        mot
        for (gauche, haut, droite, bas), mot in boites
        if gauche < MARGE - 2 or droite > 595 - MARGE + 2 or haut < 30 or bas > 842 - 20
    ]
    assert debordent == []


@pytest.mark.parametrize("nombre", [1, 5, 6, 10])
@pytest.mark.parametrize("longueur", [20, 60, 120])
def test_paper_has_three_pages(nombre: int, longueur: int) -> None:
    traits = noms_de(longueur) | {"demarches": list(DEMARCHES)[:nombre]}
    assert len(pages(composer(**traits)[1])) == 3


def test_longest_signature_place_and_aidant_are_whole_too() -> None:
    aidant = AidantFactory(prenom="Wilhelmine " * 9, nom="Wolfeschlegelstein " * 5)
    signature = ("Wilhelmine " * 60)[:597] + "Zyx"
    traits = noms_extremes(espaces=True) | {"lieu": "Wissembourg " * 8, "aidant": aidant}
    mandat, octets = composer(**traits, demarches=list(DEMARCHES), signature_nom=signature)
    premiere, deuxieme, _ = pages(octets)
    assert sans_blancs(signature) in deuxieme
    assert sans_blancs(mandat.lieu) in deuxieme
    assert sans_blancs(aidant.nom_complet) in premiere
    assert sans_blancs(aidant.nom_complet) in deuxieme


def test_very_long_names_cost_hardly_more_than_others(monkeypatch: Any) -> None:
    """As inline blocks they were measured letter by letter: 25 000 times, in seconds."""
    mesures = 0
    mesurer = Layout.get_first_line

    def compter(texte: Layout) -> Any:
        nonlocal mesures
        mesures += 1
        return mesurer(texte)

    monkeypatch.setattr(Layout, "get_first_line", compter)
    composer(**noms_extremes(espaces=True), demarches=list(DEMARCHES))
    assert 100 < mesures < 3000
