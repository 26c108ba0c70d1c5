"""Transfer: the supervision alone; the mandat changes hands, its document does not."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from aidants.models import Aidant, Structure
from journal.models import Entree
from mandats.models import Autorisation, Mandat
from mandats.transfert import transferer
from tests.clients_http import ouvrir_session
from tests.factories import AidantFactory, AppartenanceFactory, MandatFactory, StructureFactory


@pytest.fixture
def vers() -> Structure:
    return StructureFactory()


def transfert(mandat: Mandat, vers: Structure) -> bool:
    par = AidantFactory(supervision=True).auteur
    fait = transferer(mandat, vers=vers, par=par, precision="fusion", acte=uuid.uuid4())
    mandat.refresh_from_db()
    return fait


def test_mandat_and_its_authorisations_change_hands(mandat: Mandat, vers: Structure) -> None:
    assert transfert(mandat, vers)
    assert mandat.structure == vers
    assert Autorisation.objects.de(vers).actives().count() == 2


def test_document_stays_what_was_signed(signe: Mandat, vers: Structure) -> None:
    octets = signe.attestation.octets
    transfert(signe, vers)
    assert Mandat.objects.get(pk=signe.pk).attestation.octets == octets


def test_each_structure_reads_it_in_its_journal(mandat: Mandat, vers: Structure) -> None:
    ancienne = mandat.structure
    transfert(mandat, vers)
    entrees = Entree.objects.filter(action="transfert").select_related("sujet")
    assert {e.structure_ref for e in entrees} == {str(ancienne.pk), str(vers.pk)}
    assert all("fusion" in e.phrase() and vers.nom in e.phrase() for e in entrees)


def test_usager_and_new_structure_are_told(mandat: Mandat, vers: Structure) -> None:
    transfert(mandat, vers)
    avis = {(a.genre, a.adresse) for a in mandat.avis.all()}
    assert avis == {("transfert", mandat.usager.courriel), ("transfert", vers.courriel)}


def test_what_the_new_structure_has_already_prevails(mandat: Mandat, vers: Structure) -> None:
    sien = MandatFactory(structure=vers, usager=mandat.usager, demarches=["logement"])
    transfert(mandat, vers)
    assert Mandat.objects.get(pk=mandat.pk).demarches_ouvertes == ["social"]
    assert Mandat.objects.get(pk=sien.pk).demarches_ouvertes == ["logement"]


def _fermee(mandat: Mandat, vers: Structure) -> None:
    Structure.objects.filter(pk=vers.pk).update(active=False)
    vers.refresh_from_db()


def _restreinte(mandat: Mandat, vers: Structure) -> None:
    vers.demarches = ["logement"]
    vers.save()


def _revoque(mandat: Mandat, vers: Structure) -> None:
    mandat.revoquer(par=mandat.usager.auteur)


def _deja(mandat: Mandat, vers: Structure) -> None:
    MandatFactory(structure=vers, usager=mandat.usager)


@pytest.mark.parametrize("cause", [_fermee, _restreinte, _revoque, _deja])
def test_impossible_transfer_changes_nothing(mandat: Mandat, vers: Structure, cause: Any) -> None:
    ancienne = mandat.structure
    cause(mandat, vers)
    assert not transfert(mandat, vers)
    assert mandat.structure == ancienne
    assert not Entree.objects.filter(action="transfert").exists()


def test_new_structure_does_not_read_what_the_old_one_did(
    signe: Mandat, vers: Structure, client: Client
) -> None:
    transfert(signe, vers)
    nouvel = AppartenanceFactory(structure=vers).aidant
    ouvrir_session(client, nouvel)
    reponse = client.get(reverse("mandat", args=[signe.pk]))
    assert len(reponse.context["lignes"]) == 1


# --- In the admin ---


def agir(qui: Aidant, mandat: Mandat, geste: str, **donnees: Any) -> Any:
    client = Client()
    ouvrir_session(client, qui)
    adresse = reverse(f"admin:mandats_mandat_{geste}", args=[mandat.pk])
    valeurs = {"acte": str(uuid.uuid4()), "precision": "à sa demande", **donnees}
    return client.post(adresse, valeurs)


def test_supervision_transfers(mandat: Mandat, vers: Structure) -> None:
    agir(AidantFactory(supervision=True), mandat, "transferer", vers=str(vers.pk))
    assert Mandat.objects.get(pk=mandat.pk).structure == vers


def test_refusal_is_said_at_the_field(mandat: Mandat, vers: Structure) -> None:
    _deja(mandat, vers)
    supervision = AidantFactory(supervision=True)
    reponse = agir(supervision, mandat, "transferer", vers=str(vers.pk))
    assert list(reponse.context["form"].errors) == ["vers"]


def test_responsable_does_not_transfer(mandat: Mandat, vers: Structure) -> None:
    qui = AppartenanceFactory(structure=mandat.structure, responsable=True).aidant
    agir(qui, mandat, "transferer", vers=str(vers.pk))
    assert Mandat.objects.get(pk=mandat.pk).structure == mandat.structure


def test_responsable_revokes_for_who_asks(mandat: Mandat) -> None:
    qui = AppartenanceFactory(structure=mandat.structure, responsable=True).aidant
    agir(qui, mandat, "revoquer", demarches=["social"])
    assert Mandat.objects.get(pk=mandat.pk).demarches_ouvertes == ["logement"]
    sujet = Entree.objects.select_related("sujet").get(action="autorisation_revoquee").sujet
    assert (sujet.auteur_ref, sujet.precision) == (str(qui.pk), "à sa demande")


def test_responsable_of_another_structure_finds_nothing(mandat: Mandat) -> None:
    qui = AppartenanceFactory(responsable=True).aidant
    assert agir(qui, mandat, "revoquer", demarches=["social"]).status_code == 404
    assert Mandat.objects.get(pk=mandat.pk).est_actif
