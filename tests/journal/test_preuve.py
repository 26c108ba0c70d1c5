"""The proof of a line: some kilobytes that a script of one page checks, and no field of it lies."""

import copy
import importlib.util
import json
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection

from journal import note
from journal.actions_comptes import CONNEXION
from journal.canonique import canonique
from journal.lignes import COLONNES_ENTREE, contenu_entree
from journal.models import PLATEFORME, Entree
from journal.preuve import PasEncoreScellee, composer, contenu
from tests.journal.registre_de_test import PLUME, executer, forcer, garnir, notes, sceller

pytestmark = pytest.mark.django_db
ACTE = UUID(int=77)
SCRIPT = Path(settings.BASE_DIR) / "docs/verifier_preuve.py"


def charger() -> Any:
    modele = importlib.util.spec_from_file_location("verifier_preuve", SCRIPT)
    assert modele is not None
    assert modele.loader is not None
    module = importlib.util.module_from_spec(modele)
    modele.loader.exec_module(module)
    return module


SEUL = charger()


def verifier(preuve: dict[str, Any], racine: str = "") -> str:
    """What the script prints; any exception is its refusal."""
    return str(SEUL.verifier(racine, **preuve))


@pytest.fixture
def entrees() -> list[Entree]:
    ids = garnir(37, random.Random(8))  # noqa: S311 - repeatable
    sceller(lot=10)
    return [Entree.objects.select_related("sujet").get(pk=cle) for cle in ids]


def preuve_de(entree: Entree, *, avec_sujet: bool = True) -> dict[str, Any]:
    return dict(json.loads(composer(entree, avec_sujet=avec_sujet)))


def test_each_line_has_a_proof_that_opens(entrees: list[Entree]) -> None:
    tete = note.lire_tete(notes()[-1])
    for entree in entrees:
        dit = verifier(preuve_de(entree))
        assert f"\n{tete.texte}{PLUME.cle.texte}" in dit + "\n"
        assert tete.taille == 37


def test_content_is_what_the_leaf_is_taken_over(entrees: list[Entree]) -> None:
    lignes = executer(f"SELECT {COLONNES_ENTREE} FROM journal_entree e ORDER BY id")  # noqa: S608 - a constant list of columns
    assert [canonique(contenu(e)) for e in entrees] == [contenu_entree(x) for x in lignes]


def test_without_the_subject_no_person_is_named(entrees: list[Entree]) -> None:
    octets = composer(entrees[3], avec_sujet=False).decode()
    assert verifier(json.loads(octets))
    for valeur in (entrees[3].sujet.auteur_nom, entrees[3].sujet.usager_ref):
        assert valeur not in octets or not valeur


def test_proof_is_a_few_kilobytes(entrees: list[Entree]) -> None:
    assert len(composer(entrees[5], avec_sujet=True)) < 4096


def test_subject_that_retention_deleted_is_left_out(entrees: list[Entree]) -> None:
    forcer("DELETE FROM journal_sujet WHERE entree_id = %s", entrees[0].pk)
    preuve = preuve_de(Entree.objects.get(pk=entrees[0].pk))
    assert preuve["ouverture"] is None
    assert verifier(preuve)


def test_not_sealed_yet(entrees: list[Entree]) -> None:
    (cle,) = garnir(1, random.Random(9))  # noqa: S311 - repeatable
    with pytest.raises(PasEncoreScellee):
        composer(Entree.objects.get(pk=cle), avec_sujet=True)


def test_number_of_queries_does_not_grow_with_the_journal(
    entrees: list[Entree], django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(3 + 2 * 6):
        composer(entrees[17], avec_sujet=True)


# --- Tampering ------------------------------------------------------------------------------------


def alterations(preuve: Any, chemin: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of every value of the file, however deep."""
    paires = preuve.items() if isinstance(preuve, dict) else enumerate(preuve)
    for cle, valeur in paires:
        if isinstance(valeur, dict | list):
            yield from alterations(valeur, (*chemin, cle))
        else:
            yield (*chemin, cle)


def modifier(preuve: dict[str, Any], ou: tuple[Any, ...]) -> dict[str, Any]:
    """The same proof with one value changed."""
    faux = copy.deepcopy(preuve)
    cible: Any = faux
    for cle in ou[:-1]:
        cible = cible[cle]
    valeur = cible[ou[-1]]
    cible[ou[-1]] = valeur + 1 if isinstance(valeur, int) else autre_texte(valeur)
    return faux


def autre_texte(valeur: str) -> str:
    if not valeur:
        return "x"
    milieu = len(valeur) // 2
    return valeur[:milieu] + ("b" if valeur[milieu] != "b" else "c") + valeur[milieu + 1 :]


def test_every_field_changed_is_seen(entrees: list[Entree]) -> None:
    preuve = preuve_de(entrees[11])
    places = list(alterations(preuve))
    assert len(places) > 30
    for ou in places:
        with pytest.raises(Exception):  # noqa: B017, PT011 - whatever it says, it does not pass
            verifier(modifier(preuve, ou))


@pytest.mark.parametrize("champ", ["entree", "ouverture", "position", "chemin", "note", "cle"])
def test_field_of_another_proof_is_seen(entrees: list[Entree], champ: str) -> None:
    preuve, autre = preuve_de(entrees[4]), preuve_de(entrees[30])
    if autre[champ] == preuve[champ]:  # the same head and key
        pytest.skip("Both proofs share it.")
    with pytest.raises(ValueError, match="."):
        verifier(preuve | {champ: autre[champ]})


def test_field_missing_or_added_is_seen(entrees: list[Entree]) -> None:
    preuve = preuve_de(entrees[4])
    for faux in ({k: v for k, v in preuve.items() if k != "cle"}, preuve | {"de plus": 1}):
        with pytest.raises(TypeError, match="argument"):
            verifier(faux)


def test_root_on_a_paper_is_held_to(entrees: list[Entree]) -> None:
    racine = note.lire_tete(notes()[-1]).racine.hex()
    assert verifier(preuve_de(entrees[4]), racine[:16].upper())
    with pytest.raises(ValueError, match="not the one expected"):
        verifier(preuve_de(entrees[4]), "0" * 16)


def test_script_runs_alone(tmp_path: Path) -> None:
    """In an interpreter that knows nothing of ours."""
    Entree.objects.inscrire(CONNEXION, acte=ACTE, par=PLATEFORME)
    sceller()
    fichier = tmp_path / "preuve.json"
    fichier.write_bytes(composer(Entree.objects.get(acte=ACTE), avec_sujet=True))
    commande = [sys.executable, "-I", str(SCRIPT), str(fichier)]
    sortie = subprocess.run(commande, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert sortie.stdout.endswith("The proof is right.\n")
    fichier.write_text(fichier.read_text().replace('"connexion"', '"deconnexion"'))
    assert subprocess.run(commande, cwd=tmp_path, capture_output=True, check=False).returncode == 1


def test_script_is_short() -> None:
    assert len(SCRIPT.read_text().splitlines()) <= 60


def test_proof_needs_only_to_read(entrees: list[Entree]) -> None:
    """The application's role has what it takes."""
    assert executer("SELECT current_user") == [("ac_app",)]
    assert connection.in_atomic_block
    assert preuve_de(entrees[0])["position"] == 0
