"""Every paper that is handed over is PDF/UA-1, says veraPDF (ISO 14289-1): one run for all."""

import os
import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from mandats import attestation, code_papier, preuves, recus, reimpression
from mandats.models import Mandat
from tests.factories import MandatFactory
from tests.journal.registre_de_test import sceller
from tests.mandats.test_preuves import utiliser
from tests.papiers import CAS_DU_MANDAT, DESSIN, donnees_du_mandat
from tests.serveurs import PATIENCE
from usagers import feuilles
from usagers.parcours import adresses

VERAPDF = Path(__file__).parent / "verapdf"
MANDAT = "logement/deces-non/numero-oui/site-oui/compte-oui/acces-oui/seul-non/choix-mandat"


@pytest.fixture
def verapdf() -> list[str]:
    """The command that validates the files named behind it, in one start of Java."""
    if shutil.which("javac") and (VERAPDF / "target" / "validation-model.jar").exists():
        return ["java", "-cp", str(VERAPDF / "target" / "*"), str(VERAPDF / "Valider.java")]
    manque = "veraPDF is missing: `make test` fetches it where a JDK and Maven are found."
    if os.environ.get("CI"):
        pytest.fail(manque)
    pytest.skip(manque)


def composer(cas: str) -> bytes:
    cree = MandatFactory(**donnees_du_mandat(cas), signature_trace=DESSIN)
    mandat = Mandat.objects.avec_tout().get(pk=cree.pk)
    return attestation.composer(mandat, code_papier.tirer())


def recu(cas: str) -> bytes:
    """All that was signed is ended."""
    cree = MandatFactory(**donnees_du_mandat(cas))
    cree.revoquer(par=cree.usager.auteur)
    return recus.donner(Mandat.objects.avec_tout().get(pk=cree.pk))


def feuille_du_code(cas: str) -> bytes:
    cree = MandatFactory(**donnees_du_mandat(cas))
    mandat = Mandat.objects.avec_tout().get(pk=cree.pk)
    return reimpression.composer(mandat, code_papier.tirer())


def preuve() -> bytes:
    """The sheet of a use, whose code holds the whole proof."""
    entree = utiliser(MandatFactory())
    sceller()
    return preuves.feuille(entree)


def fiche() -> bytes:
    ici = adresses.lire(MANDAT)
    assert ici
    return feuilles.fiche(ici, structure=None)


def sans_titre(octets: bytes) -> bytes:
    """The witness: a paper that breaks the standard, so that a silent validator is seen."""
    with pikepdf.open(BytesIO(octets)) as pdf, BytesIO() as sortie:
        del pdf.Root.ViewerPreferences
        pdf.save(sortie)
        return sortie.getvalue()


def valider(verapdf: list[str], dossier: Path) -> dict[str, list[str]]:
    """The rules that each file breaks."""
    ordre = [*verapdf, *map(str, dossier.glob("*.pdf"))]
    sortie = subprocess.run(
        ordre, capture_output=True, text=True, timeout=PATIENCE, check=True
    ).stdout
    resultats: dict[str, list[str]] = {}
    for ligne in sortie.splitlines():
        genre, *suite = ligne.split("\t")
        if genre == "fichier":
            assert int(suite[2]) > 100, "hardly anything was checked"
            fautes = resultats[Path(suite[0]).stem] = []
        elif genre == "faute":
            fautes.append(suite[0])
    return resultats


@pytest.mark.django_db
def test_every_paper_is_pdf_ua_1(verapdf: list[str], tmp_path: Path) -> None:
    papiers = {f"mandat-{cas}": composer(cas) for cas in CAS_DU_MANDAT}
    papiers |= {nom: feuilles.affiche(nom, marque_etat=True) for nom in feuilles.AFFICHES}
    papiers |= {f"recu-{cas}": recu(cas) for cas in ("normal", "noms-longs")}
    papiers |= {f"code-{cas}": feuille_du_code(cas) for cas in ("normal", "noms-longs")}
    papiers |= {"preuve": preuve()}
    papiers |= {"fiche": fiche(), "temoin": sans_titre(fiche())}
    for nom, octets in papiers.items():
        (tmp_path / f"{nom}.pdf").write_bytes(octets)
    resultats = valider(verapdf, tmp_path)
    assert set(resultats) == set(papiers)
    (faute,) = resultats.pop("temoin")
    assert faute.startswith("7.1-10 ")  # the title is not shown
    assert {nom: fautes for nom, fautes in resultats.items() if fautes} == {}
