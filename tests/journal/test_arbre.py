"""The tree: the vectors of Certificate Transparency, then hypothesis against the definition."""

import hashlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journal import arbre

# The leaves and roots of Certificate Transparency's reference test (merkle_tree_test).
CONTENUS = [
    bytes.fromhex(texte)
    for texte in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
RACINES = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
FEUILLES = [arbre.hacher_feuille(contenu) for contenu in CONTENUS]
essais = settings(max_examples=150, deadline=None)


# --- The definition, written as the RFC writes it: the oracle -------------------------------------


def mth(feuilles: list[bytes]) -> bytes:
    """RFC 9162, section 2.1.1, over leaves that are hashed already."""
    if not feuilles:
        return hashlib.sha256(b"").digest()
    if len(feuilles) == 1:
        return feuilles[0]
    k = coupe(len(feuilles))
    return hashlib.sha256(b"\x01" + mth(feuilles[:k]) + mth(feuilles[k:])).digest()


def coupe(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def path(m: int, d: list[bytes]) -> list[bytes]:
    """RFC 9162, section 2.1.3.1."""
    if len(d) == 1:
        return []
    k = coupe(len(d))
    return [*path(m, d[:k]), mth(d[k:])] if m < k else [*path(m - k, d[k:]), mth(d[:k])]


def subproof(m: int, d: list[bytes], entier: bool = True) -> list[bytes]:
    """RFC 9162, section 2.1.4.1."""
    if m == len(d):
        return [] if entier else [mth(d)]
    k = coupe(len(d))
    if m <= k:
        return [*subproof(m, d[:k], entier), mth(d[k:])]
    return [*subproof(m - k, d[k:], False), mth(d[:k])]


def feuilles(n: int) -> list[bytes]:
    return [arbre.hacher_feuille(i.to_bytes(4)) for i in range(n)]


def lecture(d: list[bytes]) -> arbre.Lecture:
    """What the database keeps: the leaves, and the full subtrees of `NIVEAUX`."""

    def lire(niveau: int, debut: int, fin: int) -> list[bytes]:
        assert niveau in (0, *arbre.NIVEAUX)
        pas = 1 << niveau
        return [mth(d[i * pas : (i + 1) * pas]) for i in range(debut, fin)]

    return lire


# --- Roots ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("taille", range(1, 9))
def test_known_roots(taille: int) -> None:
    assert arbre.racine(FEUILLES[:taille]).hex() == RACINES[taille - 1]


def test_empty_tree() -> None:
    assert arbre.racine([]) == mth([]) == arbre.VIDE


@essais
@given(st.lists(st.binary(min_size=32, max_size=32), max_size=80))
def test_root_is_that_of_the_definition(d: list[bytes]) -> None:
    assert arbre.racine(d) == mth(d)


def test_frontier_tells_the_nodes_that_are_kept() -> None:
    d, frontiere, noeuds = feuilles(600), arbre.Frontiere(), []
    for feuille in d:
        noeuds += frontiere.ajouter(feuille)
    assert noeuds == [(8, 0, mth(d[:256])), (8, 1, mth(d[256:512]))]
    reprise = arbre.Frontiere(600, frontiere.pile)
    assert reprise.racine == mth(d)


@essais
@given(st.lists(st.integers(0, 700), max_size=5))
def test_many_leaves_at_once_are_the_same_leaves(tailles: list[int]) -> None:
    d = feuilles(sum(tailles))
    une, lots, noeuds = arbre.Frontiere(), arbre.Frontiere(), []
    attendus = [noeud for feuille in d for noeud in une.ajouter(feuille)]
    for taille in tailles:
        noeuds += lots.etendre(d[lots.taille : lots.taille + taille])
        assert lots.racine == arbre.racine(d[: lots.taille])
    assert (lots.taille, lots.pile) == (une.taille, une.pile)
    assert sorted(noeuds) == sorted(attendus)


def test_frontier_has_a_hash_for_each_bit() -> None:
    with pytest.raises(ValueError, match="each bit"):
        arbre.Frontiere(3, [bytes(32)])


# --- Proofs ---------------------------------------------------------------------------------------


@essais
@given(st.integers(1, 700).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n - 1))))
def test_inclusion(cas: tuple[int, int]) -> None:
    taille, position = cas
    d = feuilles(taille)
    chemin = [arbre.hacher_plage(*p, lecture(d)) for p in arbre.plages_inclusion(position, taille)]
    assert chemin == path(position, d)
    preuve: dict[str, Any] = {
        "position": position,
        "taille": taille,
        "chemin": chemin,
        "racine": mth(d),
    }
    assert arbre.verifier_inclusion(d[position], **preuve)
    autre = arbre.hacher_feuille(b"another")
    assert not arbre.verifier_inclusion(autre, **preuve)
    assert not arbre.verifier_inclusion(d[position], **preuve | {"racine": bytes(32)})
    assert not arbre.verifier_inclusion(d[position], **preuve | {"chemin": [*chemin, autre]})
    for i in range(len(chemin)):
        faux = [*chemin[:i], autre, *chemin[i + 1 :]]
        assert not arbre.verifier_inclusion(d[position], **preuve | {"chemin": faux})


@pytest.mark.parametrize("taille", range(1, 40))
def test_inclusion_at_another_place_is_refused(taille: int) -> None:
    d = feuilles(taille)
    for position in range(taille):
        chemin = path(position, d)
        places = [
            ailleurs
            for ailleurs in range(taille + 2)
            if arbre.verifier_inclusion(
                d[position], position=ailleurs, taille=taille, chemin=chemin, racine=mth(d)
            )
        ]
        assert places == [position]


@pytest.mark.parametrize("taille", range(1, 34))
def test_consistency(taille: int) -> None:
    d = feuilles(taille)
    for ancienne in range(1, taille + 1):
        plages = arbre.plages_coherence(ancienne, taille)
        chemin = [arbre.hacher_plage(*p, lecture(d)) for p in plages]
        assert chemin == subproof(ancienne, d)
        preuve: dict[str, Any] = {
            "ancienne": ancienne, "taille": taille, "racine_ancienne": mth(d[:ancienne]),
            "racine": mth(d), "chemin": chemin,
        }  # fmt: skip
        assert arbre.verifier_coherence(**preuve)
        assert not arbre.verifier_coherence(**preuve | {"racine_ancienne": bytes(32)})
        assert not arbre.verifier_coherence(**preuve | {"racine": bytes(32)})
        assert not arbre.verifier_coherence(**preuve | {"chemin": [*chemin, bytes(32)]})
        for i in range(len(chemin)):
            faux = [*chemin[:i], bytes(32), *chemin[i + 1 :]]
            assert not arbre.verifier_coherence(**preuve | {"chemin": faux})


@pytest.mark.parametrize(("position", "taille"), [(0, 0), (1, 1), (-1, 4), (9, 4)])
def test_no_proof_outside_the_tree(position: int, taille: int) -> None:
    with pytest.raises(ValueError, match="No leaf"):
        arbre.plages_inclusion(position, taille)
    assert not arbre.verifier_inclusion(
        bytes(32), position=position, taille=taille, chemin=[], racine=bytes(32)
    )


@pytest.mark.parametrize(("ancienne", "taille"), [(0, 4), (5, 4), (-1, 4)])
def test_no_consistency_with_a_larger_tree(ancienne: int, taille: int) -> None:
    with pytest.raises(ValueError, match="did not grow"):
        arbre.plages_coherence(ancienne, taille)
    assert not arbre.verifier_coherence(
        ancienne=ancienne, taille=taille, racine_ancienne=b"", racine=b"", chemin=[]
    )


def test_missing_nodes_are_said() -> None:
    with pytest.raises(LookupError, match="Level 8"):
        arbre.hacher_plage(0, 512, lambda *_: [bytes(32)])
