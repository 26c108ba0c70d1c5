"""An act upon an account is read in each structure where the person works, and nothing more."""

from uuid import uuid4

import pytest

from aidants import facteurs
from aidants.models import Aidant, MotifDesactivation, Structure
from journal.actions_comptes import (
    COMPTE_PARTAGE,
    FACTEURS_REINITIALISES,
    MOT_DE_PASSE_CHANGE,
    PARTAGEES,
)
from journal.models import ActeDejaInscrit, Auteur, Entree
from journal.mots import MOTS
from tests.aidants.personnes import client_de, page
from tests.factories import AidantFactory, AppartenanceFactory, StructureFactory

pytestmark = pytest.mark.django_db
SUPERVISION = Auteur(genre="supervision", nom="Paul MARTIN")
CODE = "un-mot-de-passe-assez-long-12"


@pytest.fixture
def ici() -> Structure:
    return StructureFactory(nom="Annexe")


@pytest.fixture
def la() -> Structure:
    return StructureFactory(nom="Bastide")


@pytest.fixture
def aidant(ici: Structure, la: Structure) -> Aidant:
    personne = AidantFactory()
    AppartenanceFactory(aidant=personne, structure=ici)
    AppartenanceFactory(aidant=personne, structure=la)
    return personne


def lues(structure: Structure) -> list[Entree]:
    return list(Entree.objects.de_structures([str(structure.pk)]).order_by("pk"))


def test_password_changed_is_read_in_both(aidant: Aidant, ici: Structure, la: Structure) -> None:
    aidant.changer_mot_de_passe(CODE, moyen="volontaire")
    assert [e.action for e in lues(ici)] == [MOT_DE_PASSE_CHANGE.cle]
    (echo,) = lues(la)
    assert echo.action == COMPTE_PARTAGE.cle
    assert "mot de passe changé" in echo.phrase()
    assert aidant.nom_complet in echo.phrase()
    assert ici.nom not in echo.phrase()


def test_one_structure_reads_the_act_itself_and_no_echo(ici: Structure) -> None:
    seul = AppartenanceFactory(structure=ici).aidant
    seul.changer_mot_de_passe(CODE, moyen="oubli")
    assert [e.action for e in Entree.objects.all()] == [MOT_DE_PASSE_CHANGE.cle]
    assert Entree.objects.get().structure_ref == str(ici.pk)


def test_account_without_a_structure_is_still_written(db: None) -> None:
    AidantFactory(supervision=True).changer_mot_de_passe(CODE, moyen="oubli")
    assert Entree.objects.get().structure_ref == ""


def test_structure_that_was_left_reads_nothing(aidant: Aidant, la: Structure) -> None:
    aidant.appartenances.get(structure=la).finir(par=SUPERVISION)
    avant = len(lues(la))
    aidant.changer_mot_de_passe(CODE, moyen="oubli")
    assert len(lues(la)) == avant


def test_reset_by_one_manager_tells_the_other_neither_who_nor_why(
    aidant: Aidant, ici: Structure, la: Structure
) -> None:
    responsable = AppartenanceFactory(structure=la, responsable=True).aidant
    facteurs.reinitialiser(
        aidant, par=responsable.auteur, precision="Perdu au marché", cadre=la.cadre
    )
    assert [e.action for e in lues(la)] == [FACTEURS_REINITIALISES.cle]
    (echo,) = lues(ici)
    assert "tous les moyens de connexion retirés" in echo.phrase()
    assert responsable.nom.upper() not in echo.phrase()
    assert "marché" not in echo.phrase()
    assert echo.sujet.auteur_ref == ""


def test_manager_of_both_is_named_in_both(aidant: Aidant, ici: Structure, la: Structure) -> None:
    responsable = AppartenanceFactory(structure=la, responsable=True).aidant
    AppartenanceFactory(aidant=responsable, structure=ici, responsable=True)
    facteurs.reinitialiser(aidant, par=responsable.auteur, precision="Perdu", cadre=la.cadre)
    assert responsable.nom_complet in lues(ici)[0].phrase()


def test_supervision_is_named(aidant: Aidant, la: Structure) -> None:
    aidant.desactiver(par=SUPERVISION, motif=MotifDesactivation.SOUPCON, precision="Enquête")
    (echo,) = lues(la)
    assert SUPERVISION.nom in echo.phrase()
    assert "Enquête" not in echo.phrase()


def test_act_sent_again_echoes_once(aidant: Aidant) -> None:
    acte = uuid4()
    aidant.inscrire(MOT_DE_PASSE_CHANGE, par=SUPERVISION, acte=acte, details={"moyen": "oubli"})
    with pytest.raises(ActeDejaInscrit):
        aidant.inscrire(MOT_DE_PASSE_CHANGE, par=SUPERVISION, acte=acte, details={"moyen": "oubli"})
    assert Entree.objects.count() == 2


def test_each_manager_sees_it_in_the_admin(aidant: Aidant, ici: Structure, la: Structure) -> None:
    aidant.changer_mot_de_passe(CODE, moyen="volontaire")
    for structure, autre in ((ici, la), (la, ici)):
        client = client_de(AppartenanceFactory(structure=structure, responsable=True).aidant)
        for adresse in (page("aidant_history", aidant.pk), "/administration/journal/entree/"):
            texte = client.get(adresse).content.decode()
            assert "ot de passe chang" in texte or "changé de mot de passe" in texte
            assert autre.nom not in texte


def test_every_act_that_is_shared_has_its_words() -> None:
    assert {action.cle for action in PARTAGEES} <= set(MOTS)
