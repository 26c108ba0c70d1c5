"""The sealer: every committed entry once, chained heads, one key after another, and refusals."""

import random
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DataError, IntegrityError, connection, transaction

from journal import arbre, note
from journal.lignes import COLONNES_ENTREE, contenu_entree, feuille
from journal.murs import ROLE_SCEAU
from journal.note import Cle, NoteInvalide, Plume
from journal.registre import Registre
from journal.scelleur import SceauRefuse, Scelleur
from tests.journal.registre_de_test import (
    PLUME,
    executer,
    forcer,
    garnir,
    notes,
    role,
    sceller,
    verifier,
)

pytestmark = pytest.mark.django_db
AUTRE = Plume("11" * 32)


@pytest.fixture
def hasard() -> random.Random:
    return random.Random(7)  # noqa: S311 - repeatable


def positions() -> list[tuple[Any, ...]]:
    return executer("SELECT position, entree_id FROM journal_feuille ORDER BY arbre, position")


def test_each_entry_has_its_place(hasard: random.Random) -> None:
    ids = garnir(12, hasard)
    assert sceller() == 12
    assert positions() == list(enumerate(ids))
    assert sceller() == 0
    assert len(notes()) == 1


def test_batches_are_sealed_one_after_another(hasard: random.Random) -> None:
    garnir(10, hasard)
    assert sceller(lot=4) == 10
    assert [note.lire_tete(n).taille for n in notes()] == [4, 8, 10]
    assert verifier() == []


def test_late_entry_is_not_skipped(hasard: random.Random) -> None:
    """A lower id that is committed after a higher one falls in a later batch."""
    ids = garnir(5, hasard)
    forcer("DELETE FROM journal_sujet WHERE entree_id = %s", ids[1])
    colonnes = "acte, instant, action, version, auteur_genre, structure_ref, structure_nom, fs_ref"
    colonnes += ", fs_nom, demarche, details, engagement"
    retrait = f"DELETE FROM journal_entree WHERE id = %s RETURNING {colonnes}"  # noqa: S608 - a constant list of columns
    (tard,) = forcer(retrait, ids[1])
    sceller()
    forcer(
        f"INSERT INTO journal_entree (id, {colonnes}) OVERRIDING SYSTEM VALUE"  # noqa: S608 - a constant list of columns
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, '{}', %s)",
        ids[1], *tard[:10], tard[11],
    )  # fmt: skip
    assert sceller() == 1
    assert positions()[-1] == (4, ids[1])


def test_root_is_that_of_the_entries(hasard: random.Random) -> None:
    garnir(300, hasard)
    sceller(lot=100)
    lignes = executer(f"SELECT {COLONNES_ENTREE} FROM journal_entree e ORDER BY id")  # noqa: S608 - a constant list of columns
    tete = note.lire_tete(notes()[-1])
    assert tete.racine == arbre.racine(arbre.hacher_feuille(contenu_entree(x)) for x in lignes)
    (noeud,) = executer("SELECT niveau, rang, empreinte FROM journal_noeud")
    attendu = arbre.racine(feuille(ligne) for ligne in lignes[:256])
    assert (noeud[0], noeud[1], bytes(noeud[2])) == (8, 0, attendu)


def test_proofs_come_from_the_database(hasard: random.Random) -> None:
    garnir(600, hasard)
    sceller(lot=250)
    tete = note.lire_tete(notes()[-1])
    registre = Registre(connection)
    feuilles = registre.lecture(tete.arbre)(0, 0, 600)
    for position in (0, 255, 256, 511, 512, 599):
        chemin = registre.chemin(tete.arbre, position, 600)
        assert arbre.verifier_inclusion(
            feuilles[position], position=position, taille=600, chemin=chemin, racine=tete.racine
        )


# --- Notes ----------------------------------------------------------------------------------------


def test_note_is_a_signed_checkpoint(hasard: random.Random) -> None:
    garnir(3, hasard)
    sceller()
    (texte,) = notes()
    lignes = texte.splitlines()
    annee = datetime.now(UTC).year
    assert lignes[0] == f"aidants-connect/journal/{annee}"
    assert lignes[1] == "3"
    assert lignes[5] == ""
    assert lignes[6].startswith("— aidants-connect/journal ")
    assert PLUME.cle.a_signe(texte)
    assert not AUTRE.cle.a_signe(texte)
    assert not PLUME.cle.a_signe(texte.replace("\n3\n", "\n4\n"))


@pytest.mark.parametrize("texte", ["", "a\n", "a\n\nb\n", "a\n\n— nom +++\n", "a\n\n— nom AA==\n"])
def test_what_is_no_note(texte: str) -> None:
    with pytest.raises(NoteInvalide):
        note.lire_tete(texte)


def test_public_key_reads_back() -> None:
    assert Cle.lire(PLUME.cle.texte) == PLUME.cle
    for faux in ("", "a+b", PLUME.cle.texte[:-4], PLUME.cle.texte.replace("+", "-", 1)):
        with pytest.raises(NoteInvalide):
            Cle.lire(faux)


def test_heads_are_chained(hasard: random.Random) -> None:
    for _ in range(3):
        garnir(2, hasard)
        sceller()
    premiere, deuxieme, troisieme = notes()
    assert note.lire_tete(premiere).precedent == ""
    assert note.lire_tete(deuxieme).precedent == note.condenser(premiere)
    assert note.lire_tete(troisieme).precedent == note.condenser(deuxieme)


def test_quiet_journal_is_sealed_again_each_hour(hasard: random.Random, monkeypatch: Any) -> None:
    garnir(2, hasard)
    sceller()
    assert (sceller(), len(notes())) == (0, 1)
    monkeypatch.setattr("journal.scelleur.BATTEMENT", datetime.resolution)
    assert (sceller(), len(notes())) == (0, 2)
    assert verifier() == []


def test_new_year_begins_a_tree_with_the_last_note(hasard: random.Random, monkeypatch: Any) -> None:
    garnir(3, hasard)
    sceller()
    annee = datetime.now(UTC).year
    monkeypatch.setattr("journal.scelleur.annee_de", lambda _instant: annee + 1)
    garnir(2, hasard)
    sceller()
    (premiere, _) = notes()
    rangs = executer("SELECT arbre, position, entree_id IS NULL FROM journal_feuille ORDER BY 1, 2")
    assert rangs[3:] == [(annee + 1, 0, True), (annee + 1, 1, False), (annee + 1, 2, False)]
    tete = note.lire_tete(notes()[-1])
    assert (tete.arbre, tete.taille) == (annee + 1, 3)
    ((premiere_feuille,),) = executer(
        "SELECT empreinte FROM journal_feuille WHERE entree_id IS NULL"
    )
    assert bytes(premiere_feuille) == arbre.hacher_feuille(premiere.encode())
    assert verifier() == []


# --- Keys -----------------------------------------------------------------------------------------


def test_new_key_is_announced_by_the_one_before(hasard: random.Random) -> None:
    garnir(2, hasard)
    sceller()
    garnir(2, hasard)
    sceller(AUTRE, PLUME)
    assert AUTRE.cle.a_signe(notes()[-1])
    assert verifier() == verifier(cle=AUTRE.cle) == []
    garnir(1, hasard)
    assert sceller(AUTRE) == 1


def test_new_key_alone_is_refused(hasard: random.Random) -> None:
    garnir(2, hasard)
    sceller()
    garnir(2, hasard)
    for precedente in (None, Plume("22" * 32)):
        with pytest.raises(SceauRefuse, match="CLE_SCEAU_PRECEDENTE"):
            sceller(AUTRE, precedente)
    executer("SET ROLE ac_app")
    assert len(notes()) == 1


@pytest.mark.parametrize("cle", ["", "zz", "11" * 31])
def test_command_wants_a_key(settings: Any, cle: str) -> None:
    settings.CLE_SCEAU = cle
    with pytest.raises(CommandError, match="CLE_SCEAU"):
        call_command("sceller", "--une-fois")


# --- Refusals -------------------------------------------------------------------------------------

ALTERATIONS = [
    "UPDATE journal_feuille SET empreinte = sha256('x') WHERE position = 2",
    "DELETE FROM journal_feuille WHERE position = 1",
    "UPDATE journal_sceau SET racine = sha256('x')",
    "UPDATE journal_sceau SET note = replace(note, 'instant 2', 'instant 1')",
    "UPDATE journal_sceau SET taille = 2",
    "DELETE FROM journal_clesceau",
]


@pytest.mark.parametrize("ordre", ALTERATIONS)
def test_nothing_is_signed_over_what_was_altered(hasard: random.Random, ordre: str) -> None:
    garnir(4, hasard)
    sceller()
    forcer(ordre)
    garnir(1, hasard)
    with pytest.raises(SceauRefuse):
        sceller()
    executer("SET ROLE ac_app")
    assert len(notes()) == 1


def test_batch_that_reads_back_otherwise_is_not_signed(
    hasard: random.Random, monkeypatch: Any
) -> None:
    garnir(4, hasard)
    monkeypatch.setattr(Registre, "relire", lambda *_: [])
    with pytest.raises(SceauRefuse, match="read back"):
        sceller()
    executer("SET ROLE ac_app")
    assert notes() == []


def test_command_seals_once(hasard: random.Random, settings: Any) -> None:
    settings.BASES_JOURNAL = {"sceau": {}}  # the role is set by the test
    garnir(3, hasard)
    executer("SET ROLE ac_sceau")
    sortie = StringIO()
    call_command("sceller", "--une-fois", stdout=sortie)
    executer("SET ROLE ac_app")
    assert sortie.getvalue() == "3 entries sealed.\n"


@pytest.mark.parametrize(("premier", "fautif"), [(1, 1), (2, 2), (4, 3), (9, 3)])
def test_key_moved_along_the_seals_is_found(
    premier: int, fautif: int, hasard: random.Random
) -> None:
    """Two seals of a key, two of the next: its first seal is a column that no note signs."""
    for plume, precedente in ((PLUME, None), (PLUME, None), (AUTRE, PLUME), (AUTRE, None)):
        garnir(2, hasard)
        sceller(plume, precedente)
    assert verifier() == []
    forcer("UPDATE journal_clesceau SET premier_sceau = %s WHERE numero = 2", premier)
    assert fautif in [c.sceau for c in verifier() if c.code == "J06"]


def test_error_of_a_copy_is_one_of_django(hasard: random.Random) -> None:
    """The loop waits for a database that is away; a verification says why it could not be done."""
    (cle,) = garnir(1, hasard)
    scelleur = Scelleur(connection, PLUME)
    deux_fois: list[tuple[int | None, bytes]] = [(cle, bytes(32))] * 2
    with role(ROLE_SCEAU):
        with pytest.raises(IntegrityError), transaction.atomic():
            scelleur._ecrire(2026, arbre.Frontiere(), deux_fois)
        with pytest.raises(DataError), transaction.atomic():
            list(Registre(connection).parcourir("SELECT 1 / %(zero)s", {"zero": 0}))
