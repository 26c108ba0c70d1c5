"""`Entree.objects.inscrire`: with its act or not at all, once, and without personal data."""

import json
from dataclasses import fields
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from journal.actes import acte_de
from journal.actions import JETON_REMIS, UTILISATION
from journal.actions_comptes import CONNEXION
from journal.canonique import engagement
from journal.models import (
    PLATEFORME,
    ActeDejaInscrit,
    Auteur,
    Cadre,
    Concerne,
    Entree,
    Sujet,
    contenu_sujet,
)
from tests.factories import MandatFactory

CAMILLE = Auteur(genre="aidant", ref=str(uuid4()), nom="Camille DURAND")
CADRE = Cadre(structure_ref=str(uuid4()), structure_nom="Maison", fs_nom="CAF", demarche="social")
ANGELE = Concerne(
    usager_ref=str(uuid4()),
    usager_nom="Angèle DUBOIS",
    mandat_ref=str(uuid4()),
    autorisation_ref=str(uuid4()),
    connexion_ref=str(uuid4()),
)


def inscrire(acte: UUID | None = None, **autres: Any) -> Entree:
    valeurs: dict[str, Any] = {"par": CAMILLE, "cadre": CADRE, "concerne": ANGELE}
    valeurs["details"] = {"acr": "eidas1"}
    cle = Entree.objects.inscrire(UTILISATION, acte=acte or uuid4(), **valeurs | autres)
    return Entree.objects.select_related("sujet").get(pk=cle)


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        inscrire()
    assert not Entree.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_rollback_of_the_act_leaves_no_line() -> None:
    with transaction.atomic():
        inscrire()
        transaction.set_rollback(True)
    assert not Entree.objects.exists()
    assert not Sujet.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_committed_line_is_there() -> None:
    with transaction.atomic():
        inscrire()
    assert Entree.objects.get().sujet.ouvre()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "details", [{}, {"acr": "eidas1", "nom": "Angèle"}, {"autre": 1}, {"acr ": "eidas1"}]
)
def test_details_are_exactly_those_declared(details: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="details"):
        inscrire(details=details)
    assert not Entree.objects.exists()


@pytest.mark.django_db
def test_same_act_twice_has_one_line() -> None:
    acte = uuid4()
    premiere = inscrire(acte)
    with pytest.raises(ActeDejaInscrit):
        inscrire(acte, par=PLATEFORME)
    assert Entree.objects.get() == premiere
    assert Sujet.objects.get().auteur_nom == CAMILLE.nom


@pytest.mark.django_db
def test_refused_repetition_does_not_break_the_transaction() -> None:
    acte = uuid4()
    inscrire(acte)
    with pytest.raises(ActeDejaInscrit):
        inscrire(acte)
    inscrire()
    assert Entree.objects.count() == 2


def test_act_drawn_from_a_thing_is_the_same_each_time() -> None:
    chose = uuid4()
    assert acte_de(chose, "revocation") == acte_de(chose, "revocation")
    assert len({acte_de(chose, v) for v in (JETON_REMIS.cle, UTILISATION.cle)}) == 2
    assert acte_de(uuid4(), "revocation") != acte_de(chose, "revocation")


@pytest.mark.django_db
def test_line_says_who_what_and_where() -> None:
    entree = inscrire()
    assert (entree.action, entree.auteur_genre, entree.version) == ("utilisation", "aidant", 2)
    assert (entree.structure_nom, entree.fs_nom, entree.demarche) == ("Maison", "CAF", "social")
    assert entree.details == {"acr": "eidas1"}
    assert (entree.sujet.auteur_nom, entree.sujet.usager_nom) == (CAMILLE.nom, ANGELE.usager_nom)
    assert entree.phrase("Logement") == (
        "Camille DURAND (Maison) s’est connecté à CAF au nom de Angèle DUBOIS pour\u00a0: Logement."
    )


@pytest.mark.django_db
def test_line_needs_no_frame_nor_subject() -> None:
    Entree.objects.inscrire(CONNEXION, acte=uuid4(), par=PLATEFORME)
    assert Entree.objects.get().sujet.ouvre()


# --- The commitment -------------------------------------------------------------------------------


@pytest.mark.django_db
def test_commitment_opens_with_its_subject() -> None:
    entree = inscrire()
    assert len(bytes(entree.engagement)) == len(bytes(entree.sujet.sel)) == 32
    assert entree.sujet.ouvre()


CHAMPS = ["auteur_ref", "auteur_nom", *(champ.name for champ in fields(Concerne))]


@pytest.mark.django_db
@pytest.mark.parametrize("champ", CHAMPS)
def test_commitment_does_not_open_with_another_subject(champ: str) -> None:
    sujet = inscrire().sujet
    setattr(sujet, champ, getattr(sujet, champ) + " ")
    assert not sujet.ouvre()


@pytest.mark.django_db
def test_commitment_does_not_open_with_another_salt() -> None:
    sujet = inscrire().sujet
    sujet.sel = bytes(32)
    assert not sujet.ouvre()


@pytest.mark.django_db
def test_commitment_does_not_open_with_values_exchanged() -> None:
    sujet = inscrire().sujet
    sujet.mandat_ref, sujet.autorisation_ref = sujet.autorisation_ref, sujet.mandat_ref
    assert not sujet.ouvre()


@pytest.mark.django_db
def test_same_subject_twice_has_two_commitments() -> None:
    premiere, seconde = inscrire(), inscrire()
    assert bytes(premiere.engagement) != bytes(seconde.engagement)


# --- Personal data --------------------------------------------------------------------------------


def lignes() -> str:
    """Every value of every entry, as the database shows them."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT string_agg(entree::text, ' ') FROM journal_entree AS entree")
        return str(curseur.fetchone()[0])


@pytest.mark.django_db
def test_entry_holds_no_personal_data() -> None:
    inscrire()
    texte = lignes()
    for valeur in filter(None, (CAMILLE.nom, CAMILLE.ref, *vars(ANGELE).values())):
        assert valeur not in texte


@pytest.mark.django_db
def test_revocation_writes_no_personal_data_in_its_entries() -> None:
    mandat = MandatFactory()
    mandat.revoquer(par=mandat.usager.auteur, motif="demande")
    usager, texte = mandat.usager, lignes()
    identite = [usager.nom, usager.prenoms, usager.courriel, usager.date_naissance]
    for valeur in (*identite, str(usager.pk), str(mandat.pk), mandat.aidant.nom):
        assert valeur not in texte
    assert all(sujet.ouvre() for sujet in Sujet.objects.select_related("entree"))


@pytest.mark.django_db
def test_subject_of_an_entry_of_version_1_still_opens() -> None:
    """Entries written before accounts could be a subject: the commitment had fewer columns."""
    entree = inscrire()
    ancien = contenu_sujet(CAMILLE, ANGELE, version=1)
    entree.sujet.sel, entree.version = b"s" * 32, 1
    entree.engagement = engagement(b"s" * 32, ancien)
    entree.sujet.entree = entree
    assert entree.sujet.ouvre()
    entree.version = 2
    assert not entree.sujet.ouvre()


@pytest.mark.django_db
def test_typed_reason_is_beside_the_entry_and_committed_to() -> None:
    entree = inscrire(concerne=Concerne(precision="Elle a quitté la commune."))
    assert "quitté" not in json.dumps(entree.details)
    assert entree.sujet.precision == "Elle a quitté la commune."
    assert entree.sujet.ouvre()
    entree.sujet.precision = "Une autre raison."
    assert not entree.sujet.ouvre()
