"""What the server says of a proof: the same as the script, with the reason in one word."""

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal import note
from journal.examen import Motif, PreuveRefusee, en_chiffres, examiner
from journal.models import Entree
from journal.preuve import cles_publiees
from tests.journal.registre_de_test import PLUME, garnir, sceller
from tests.journal.test_preuve import alterations, modifier, preuve_de

pytestmark = pytest.mark.django_db
CLES = [PLUME.cle.texte]


@pytest.fixture
def preuves() -> list[dict[str, Any]]:
    ids = garnir(23, random.Random(12))  # noqa: S311 - repeatable
    sceller(lot=10)
    lignes = Entree.objects.select_related("sujet").filter(pk__in=ids).order_by("pk")
    return [preuve_de(entree) for entree in lignes]


def octets(preuve: Any) -> bytes:
    return json.dumps(preuve).encode()


def refus(preuve: Any, cles: list[str] = CLES) -> Motif:
    with pytest.raises(PreuveRefusee) as refusee:
        examiner(octets(preuve), cles)
    return refusee.value.motif


def test_right_proof_says_what_it_holds(preuves: list[dict[str, Any]]) -> None:
    assert cles_publiees() == CLES
    for preuve in preuves:
        lue = examiner(octets(preuve), CLES)
        assert lue.entree == preuve["entree"]
        assert lue.sujet == preuve["ouverture"]["sujet"]
        assert (lue.tete.taille, lue.cle) == (23, CLES[0])


def test_proof_that_names_nobody(preuves: list[dict[str, Any]]) -> None:
    assert examiner(octets(preuves[2] | {"ouverture": None}), CLES).sujet == {}


def test_every_field_changed_is_refused(preuves: list[dict[str, Any]]) -> None:
    places = list(alterations(preuves[11]))
    assert len(places) > 30
    for ou in places:
        refus(modifier(preuves[11], ou))


@pytest.mark.parametrize(
    ("champ", "motif"),
    [("entree", Motif.ARBRE), ("position", Motif.ARBRE), ("ouverture", Motif.PERSONNES)],
)
def test_reason_names_what_was_changed(
    preuves: list[dict[str, Any]], champ: str, motif: Motif
) -> None:
    assert refus(preuves[4] | {champ: preuves[20][champ]}) is motif


def test_signed_by_another_key(preuves: list[dict[str, Any]]) -> None:
    voleur = note.Plume("55" * 32)
    texte, _ = note.separer(preuves[3]["note"])
    faux = preuves[3] | {"note": voleur.signer(texte), "cle": voleur.cle.texte}
    assert refus(faux) is Motif.CLE
    assert refus(preuves[3] | {"cle": voleur.cle.texte}) is Motif.SIGNATURE


@pytest.mark.parametrize(
    "contenu", [b"", b"{}", b"[]", b"null", b"\xff", b'"format"', b"[" * 9000, b'{"format":1}']
)
def test_what_is_no_proof(contenu: bytes) -> None:
    with pytest.raises(PreuveRefusee, match="illisible"):
        examiner(contenu, CLES)


VALEURS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda v: st.lists(v, max_size=3) | st.dictionaries(st.text(max_size=5), v, max_size=3),
    max_leaves=6,
)


@given(donnees=st.data())
def test_nonsense_in_a_field_is_a_refusal(donnees: Any) -> None:
    entree = dict.fromkeys(
        ("id", "acte", "instant", "action", "version", "auteur_genre", "structure_ref",
         "structure_nom", "fs_ref", "fs_nom", "demarche", "details", "engagement"), ""
    )  # fmt: skip
    preuve: dict[str, Any] = dict.fromkeys(("position", "chemin", "note", "cle", "ouverture"))
    preuve |= {"format": "aidants-connect/preuve/1", "entree": entree}
    for champ in ("entree", "position", "chemin", "note", "cle", "ouverture"):
        preuve[champ] = donnees.draw(VALEURS)
    with pytest.raises(PreuveRefusee):
        examiner(octets(preuve), CLES)


def test_digits_for_a_code_are_few(preuves: list[dict[str, Any]]) -> None:
    """A QR code holds seven thousand of them."""
    chiffres = en_chiffres(octets(preuves[5]))
    assert chiffres.isdigit()
    assert len(chiffres) < 5000
