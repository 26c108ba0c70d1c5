"""Documents are composed in one process beside, which starts by itself and ends with its master."""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Listener
from pathlib import Path
from typing import Any
from unittest import mock

import psutil
import pytest

from tests.faults.chantier import attendre
from tests.serveurs import PATIENCE
from usagers import atelier
from usagers.papier import DocumentImpossible, imprimer, imprimer_en

TEXTE = '<html lang="fr"><title>Papier</title><h1>Papier</h1></html>'
LONG = TEXTE.replace("</h1>", "</h1>" + "<p>Une ligne.</p>" * 100)
FEUILLE = "mandats/papier_2026_12.css"


@pytest.fixture
def ouvert(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for a workshop; the master is the process above this one."""
    monkeypatch.setenv("AC_ATELIER", str(tmp_path))
    monkeypatch.setattr(atelier, "OUVERTURE", PATIENCE)  # a busy machine opens one slowly
    monkeypatch.setattr(atelier, "DELAI", PATIENCE)
    lances: list[subprocess.Popen[bytes]] = []
    monkeypatch.setattr(atelier, "_lances", lances)
    yield tmp_path
    for processus in ateliers(tmp_path):
        processus.kill()
    for lance in lances:
        lance.wait(PATIENCE)


def ateliers(dossier: Path) -> list[psutil.Process]:
    trouves = []
    for processus in psutil.process_iter(["cmdline", "status"]):
        mots = processus.info["cmdline"] or []
        if "atelier" in mots and str(dossier) in mots:
            trouves.append(processus)
    return trouves


def tuer(dossier: Path) -> None:
    for processus in ateliers(dossier):
        processus.kill()
        with contextlib.suppress(psutil.NoSuchProcess):
            processus.wait(PATIENCE)


def test_documents_asked_at_once_are_composed_in_one_process_beside(ouvert: Path) -> None:
    with ThreadPoolExecutor(4) as fils:
        documents = list(fils.map(lambda _: imprimer(TEXTE, feuille=FEUILLE), range(4)))
    assert all(document.startswith(b"%PDF-1.7") for document in documents)
    assert len(ateliers(ouvert)) == 1


def test_first_text_that_fits_is_the_document(ouvert: Path) -> None:
    court = imprimer(TEXTE, feuille=FEUILLE)
    choisi = imprimer_en(1, [LONG, TEXTE], feuille=FEUILLE)
    dernier = imprimer_en(1, [TEXTE.replace("Papier", LONG), LONG], feuille=FEUILLE)
    assert abs(len(choisi) - len(court)) < 100
    assert len(dernier) > len(choisi)


def test_what_the_work_refuses_is_raised_where_it_was_asked(ouvert: Path) -> None:
    with pytest.raises(DocumentImpossible):
        imprimer('<html lang="fr"><img src="file:///etc/passwd" alt=""></html>', feuille=FEUILLE)


def test_workshop_that_is_killed_is_opened_again(ouvert: Path) -> None:
    imprimer(TEXTE, feuille=FEUILLE)
    tuer(ouvert)
    assert imprimer(TEXTE, feuille=FEUILLE).startswith(b"%PDF")
    assert len(ateliers(ouvert)) == 1


def test_woken_workshop_is_the_one_that_works(ouvert: Path) -> None:
    for _ in range(3):
        atelier.eveiller()
    attendre(lambda: atelier.joignable(atelier.prise(ouvert)), quoi="the workshop")
    imprimer(TEXTE, feuille=FEUILLE)
    assert len(ateliers(ouvert)) == 1


def test_document_is_composed_on_the_spot_where_no_workshop_opens(
    ouvert: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(atelier, "OUVERTURE", 0)
    assert imprimer(TEXTE, feuille=FEUILLE).startswith(b"%PDF")
    assert "atelier_ferme" in caplog.text


def test_workshop_ends_with_its_master(ouvert: Path) -> None:
    """And takes its folder away."""
    ordre = "from usagers import atelier; import time; atelier.eveiller(); time.sleep(600)"
    maitre = "import django; django.setup(); " + ordre
    # The master of a workshop is the parent of who starts it: here a shell.
    commande = f"{sys.executable} -c '{maitre}'; true"
    env: dict[str, Any] = {**os.environ, "AC_ATELIER": str(ouvert)}
    with subprocess.Popen(["sh", "-c", commande], env=env, start_new_session=True) as coque:
        attendre(lambda: atelier.joignable(atelier.prise(ouvert)), quoi="opening")
        enfants = psutil.Process(coque.pid).children(recursive=True)
        coque.kill()
        coque.wait()
        attendre(lambda: not ouvert.exists(), quoi="the end of the workshop")
    for enfant in enfants:
        with contextlib.suppress(psutil.NoSuchProcess):
            enfant.kill()


def test_workshop_whose_folder_is_gone_ends_as_any_other(ouvert: Path) -> None:
    with subprocess.Popen(["sleep", "600"]) as maitre:
        atelier.eveiller(maitre=maitre.pid)
        attendre(lambda: atelier.joignable(atelier.prise(ouvert)), quoi="opening")
        (lance,) = atelier._lances
        shutil.rmtree(ouvert)
        maitre.kill()
    assert lance.wait(PATIENCE) == 0


def test_workshop_that_cannot_be_opened_stops_no_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`eveiller` is called while a worker boots: an error there would end gunicorn itself."""
    (tmp_path / "fichier").touch()
    monkeypatch.setenv("AC_ATELIER", str(tmp_path / "fichier" / "atelier"))
    atelier.eveiller()
    assert imprimer(TEXTE, feuille=FEUILLE).startswith(b"%PDF")


def test_workshop_that_does_not_answer_is_waited_for_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A signature composes, then seals, in a transaction that PostgreSQL ends after 30 s."""
    monkeypatch.setenv("AC_ATELIER", str(tmp_path))
    monkeypatch.setattr(atelier, "DELAI", 1.0)
    monkeypatch.setattr(atelier, "PAUSE", 600.0)  # a busy machine composes slowly
    with (
        Listener(atelier.prise(tmp_path), "AF_UNIX", backlog=8),  # takes calls, and never answers
        mock.patch.object(atelier, "_joindre", wraps=atelier._joindre) as joindre,
    ):
        for _ in range(5):
            assert imprimer(TEXTE, feuille=FEUILLE).startswith(b"%PDF")
    assert joindre.call_count == 1


def test_delays_of_a_signature_stay_below_those_of_postgresql() -> None:
    assert 2 * max(atelier.DELAI, atelier.OUVERTURE) < 30
