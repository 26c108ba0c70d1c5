"""The address of a page carries the answers, and nothing else is read from it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aidants.demarches import DEMARCHES, ordonner
from usagers.parcours import adresses, arbre
from usagers.parcours.adresses import A_PRECISER, lire

CHEMINS = list(arbre.chemins())
REPONSES = sorted({cle for chemin in CHEMINS for cle in chemin})
des_demarches = st.lists(st.sampled_from(sorted(DEMARCHES)), unique=True).map(ordonner)


@st.composite
def marches(tirer: st.DrawFn) -> tuple[str, ...]:
    chemin = tirer(st.sampled_from(CHEMINS))
    return chemin[: tirer(st.integers(0, len(chemin)))]


@given(demarches=des_demarches, cles=marches())
def test_address_reads_back_as_it_was_written(demarches: list[str], cles: tuple[str, ...]) -> None:
    adresse = "/".join((adresses.en_tete(demarches), *cles))
    ici = lire(adresse)
    assert ici
    assert ici.adresse == adresse
    assert (list(ici.demarches), ici.marche.cles) == (demarches, cles)


@given(cles=st.lists(st.sampled_from([*REPONSES, "inconnu", ""]), max_size=12))
def test_only_true_walks_are_read(cles: list[str]) -> None:
    vraie = any(chemin[: len(cles)] == tuple(cles) for chemin in CHEMINS)
    assert (lire("/".join((A_PRECISER, *cles))) is not None) is vraie


@given(adresse=st.text(max_size=60))
def test_any_text_is_read_or_refused(adresse: str) -> None:
    ici = lire(adresse, adresse)
    assert ici is None or ici.adresse == adresse or set(adresse.split(",")) <= set(DEMARCHES)


@pytest.mark.parametrize(
    "adresse",
    ["", "pêche", "logement,pêche", "logement,logement", "logement,", "logement//deces-non",
     "deces-non", "logement/deces-non/", "logement/deces-oui/numero-oui"],
)  # fmt: skip
def test_what_is_no_answer_is_refused(adresse: str) -> None:
    assert lire(adresse) is None


def test_demarches_are_kept_in_the_order_of_the_catalogue() -> None:
    ici = lire("logement,social/deces-non")
    assert ici
    assert ici.demarches == ("social", "logement")


@given(cles=marches(), deja=marches())
def test_going_back_loses_no_answer(cles: tuple[str, ...], deja: tuple[str, ...]) -> None:
    """Back, back again, then the same answers: the reader stands where they stood."""
    ici = lire("/".join((A_PRECISER, *cles)))
    assert ici
    while ici.avant:
        ici = lire(ici.avant, ici.deja_avant)
        assert ici
    assert ici.marche.cles == ()
    for cle in cles:
        choix = next(c for c in ici.choix if c.deja_choisie)
        assert choix.reponse.cle == cle
        ici = lire(choix.suite, choix.deja)
        assert ici
    assert ici.marche.cles == cles


def test_another_answer_forgets_what_followed_the_first() -> None:
    ici = lire(f"{A_PRECISER}/deces-non", "numero-oui/site-non")
    assert ici
    garde, oublie = ici.choix
    assert (garde.deja_choisie, garde.deja) == (True, "site-non")
    assert (oublie.deja_choisie, oublie.deja) == (False, "")


@pytest.mark.parametrize(
    "deja", ["inconnu", "site-non", "numero-oui/inconnu", "/", "//evil.example"]
)
def test_answers_that_do_not_hold_together_are_dropped(deja: str) -> None:
    ici = lire(f"{A_PRECISER}/deces-non", deja)
    assert ici
    assert ici.deja == ()
