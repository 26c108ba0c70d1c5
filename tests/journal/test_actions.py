"""The vocabulary of the journal: every action has its label, its details and its sentence."""

import re
from pathlib import Path
from string import Formatter

import pytest
from django.conf import settings

from journal import actions
from journal.actions import ACTIONS, Action
from journal.models import Entree, Sujet

NOMS = {"auteur", "aidant", "usager", "structure", "fs", "demarche", "precision", "raison"}
PERSONNELS = {"nom", "prenom", "courriel", "naissance", "sub", "telephone", "adresse", "ip"}

chaque_action = pytest.mark.parametrize("action", ACTIONS.values(), ids=ACTIONS)


def entree_de(action: Action, **autres: str) -> Entree:
    details = dict.fromkeys(action.details, "détail")
    entree = Entree(action=action.cle, details=details, structure_nom="Maison", fs_nom="La CAF")
    noms = {"auteur_nom": "Camille DURAND", "usager_nom": "Angèle DUBOIS"}
    Sujet(entree=entree, **noms | autres)
    return entree


@chaque_action
def test_action_has_a_key_that_fits_and_a_label(action: Action) -> None:
    assert re.fullmatch(r"[a-z_]{1,40}", action.cle)
    assert ACTIONS[action.cle] is action
    assert action.libelle[:1].isupper()


@chaque_action
def test_sentence_names_nothing_but_its_details_and_the_names(action: Action) -> None:
    champs = {champ for _, champ, _, _ in Formatter().parse(action.phrase) if champ is not None}
    assert champs <= NOMS | action.details


@chaque_action
def test_sentence_reads(action: Action) -> None:
    phrase = entree_de(action).phrase("Logement")
    assert phrase[:1].isupper()
    assert phrase.endswith(".")
    assert "{" not in phrase


@chaque_action
def test_sentence_reads_when_retention_has_deleted_the_subject(action: Action) -> None:
    entree = Entree(action=action.cle, details=dict.fromkeys(action.details, "détail"))
    assert entree.phrase().endswith(".")


@chaque_action
def test_usager_is_not_named_to_who_may_not_read_it(action: Action) -> None:
    """Nor as the author: an usager who ends a mandat is one."""
    entree = entree_de(action, auteur_nom="Angèle DUBOIS")
    entree.auteur_genre = "usager"
    assert "DUBOIS" not in entree.phrase(nommer_usager=False)


@chaque_action
def test_details_are_no_personal_data(action: Action) -> None:
    assert not [detail for detail in action.details if PERSONNELS & set(detail.split("_"))]


@chaque_action
def test_missing_and_unknown_details_are_refused(action: Action) -> None:
    complets = dict.fromkeys(action.details, "détail")
    action.verifier(complets)
    with pytest.raises(ValueError, match=action.cle):
        action.verifier(complets | {"inconnu": 1})
    for detail in action.details:
        with pytest.raises(ValueError, match=detail):
            action.verifier({cle: v for cle, v in complets.items() if cle != detail})


def test_every_action_is_written_somewhere() -> None:
    declarees = {nom for nom, valeur in vars(actions).items() if isinstance(valeur, Action)}
    apps = ("aidants_connect", "fournisseur_identite", "mandats", "usagers", "aidants", "journal")
    fichiers = [f for app in apps for f in Path(settings.BASE_DIR, app).rglob("*.py")]
    textes = "\n".join(fichier.read_text() for fichier in fichiers)
    assert {nom for nom in declarees if not re.search(rf"\b{nom}\b,", textes)} == set()
