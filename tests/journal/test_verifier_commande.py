"""`manage.py verifier_journal`: what it says, where it starts, how it ends."""

import json
import random
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from journal import note, parcours
from journal.management.commands.verifier_journal import Suivi
from journal.murs import ROLE_AUDIT
from journal.parcours import Parcours
from tests.journal.registre_de_test import PLUME, forcer, garnir, notes, role, sceller

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _journal(settings: Any) -> None:
    settings.BASES_JOURNAL = {"audit": {}}  # the role is set by the test
    garnir(30, random.Random(3))  # noqa: S311 - repeatable
    sceller(lot=10)


def lancer(*options: str) -> tuple[int, str]:
    sortie = StringIO()
    with role(ROLE_AUDIT):
        try:
            call_command("verifier_journal", *options, stdout=sortie)
        except SystemExit as fin:
            return int(str(fin.code)), sortie.getvalue()
    return 0, sortie.getvalue()


def trouves(*options: str) -> list[dict[str, Any]]:
    return list(json.loads(lancer("--json", *options)[1])["constats"])


def depuis(taille: int) -> str:
    return f"{note.lire_tete(notes()[0]).arbre}:{taille}"


def test_clean_journal_exits_with_0() -> None:
    code, dit = lancer()
    assert code == 0
    assert dit.startswith("Nothing found, in ")
    assert trouves() == []


def test_finding_exits_with_1_and_says_where() -> None:
    forcer("UPDATE journal_entree SET fs_nom = 'x' WHERE id = (SELECT min(id) FROM journal_entree)")
    code, dit = lancer()
    assert code == 1
    assert dit.startswith("J01 entry differs from its leaf [arbre ")
    assert "position 0" in dit
    assert "1 findings" in dit


def test_since_a_size_leaves_what_was_verified() -> None:
    forcer("UPDATE journal_entree SET fs_nom = 'x' WHERE id = (SELECT min(id) FROM journal_entree)")
    assert trouves("--depuis", depuis(10)) == []
    assert [c["code"] for c in trouves("--depuis", depuis(9))] == ["J01"]


def test_since_a_size_holds_the_leaves_to_its_seal() -> None:
    forcer("UPDATE journal_feuille SET empreinte = sha256('x') WHERE position = 3")
    (constat,) = trouves("--depuis", depuis(20))
    assert (constat["code"], constat["taille"]) == ("J05", 20)


def test_since_a_size_reads_older_witnesses(tmp_path: Path) -> None:
    fichier = tmp_path / "note"
    fichier.write_text(notes()[0], encoding="utf-8")
    assert trouves("--depuis", depuis(20), "--temoin", str(fichier)) == []


def test_witness_of_another_journal(tmp_path: Path) -> None:
    tete = note.lire_tete(notes()[0])
    textes = {
        "root": PLUME.signer(note.Tete(**{**vars(tete), "racine": bytes(32)}).texte),
        "size": PLUME.signer(note.Tete(**{**vars(tete), "taille": 99}).texte),
        "key": note.Plume("33" * 32).signer(tete.texte),
        "note": "rien",
    }
    options = []
    for nom, texte in textes.items():
        (tmp_path / nom).write_text(texte, encoding="utf-8")
        options += ["--temoin", str(tmp_path / nom)]
    dits = {Path(c["objet"]).name: c for c in trouves(*options)}
    assert {c["code"] for c in dits.values()} == {"J08"}
    assert set(dits) == set(textes)


def test_stopped_verification_goes_on(tmp_path: Path, monkeypatch: Any) -> None:
    """Stopped after the second lot, it says what the whole run would have said, once."""
    forcer("UPDATE journal_entree SET fs_nom = 'x' WHERE id = (SELECT min(id) FROM journal_entree)")
    monkeypatch.setattr(parcours, "LOT", 7)
    fichier, arret = tmp_path / "etat.json", KeyboardInterrupt()
    entier = Suivi.avancer

    def s_arreter(suivi: Suivi, reprise: Any, total: int) -> None:
        entier(suivi, reprise, total)
        if reprise.taille >= 14:
            raise arret

    with monkeypatch.context() as essai:
        essai.setattr(Suivi, "avancer", s_arreter)
        with pytest.raises(KeyboardInterrupt):
            lancer("--reprise", str(fichier))
    assert json.loads(fichier.read_text())["taille"] == 14
    lues: list[int] = []
    juste = Parcours._est_juste

    def noter(parcours: Parcours, ligne: list[Any], empreinte: bytes) -> bool:
        lues.append(int(ligne[0]))
        return juste(parcours, ligne, empreinte)

    monkeypatch.setattr(Parcours, "_est_juste", noter)
    assert [c["code"] for c in trouves("--reprise", str(fichier))] == ["J01"]
    assert lues == list(range(14, 30))
    assert not fichier.exists()


def test_trusted_key_is_the_one_given() -> None:
    autre = note.Plume("44" * 32).cle
    assert trouves("--cle", PLUME.cle.texte) == []
    (constat,) = trouves("--cle", autre.texte)
    assert (constat["code"], constat["objet"]) == ("J06", "key")


@pytest.mark.parametrize("options", [("--cle", "rien"), ("--temoin", "/nowhere/note")])
def test_what_cannot_be_done_exits_with_2(options: tuple[str, str]) -> None:
    with pytest.raises(CommandError) as erreur:
        lancer(*options)
    assert erreur.value.returncode == 2


def test_token_is_missed_once_an_authority_is_set(settings: Any) -> None:
    settings.HORODATAGE_CERTIFICATS = ["authority.pem"]
    (constat,) = trouves()
    assert (constat["code"], constat["taille"]) == ("J10", 30)
    assert "missing" in constat["phrase"]
