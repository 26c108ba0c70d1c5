import pytest
from django.test import Client

from aidants.models import Aidant
from fournisseur_identite.models import FournisseurService
from mandats.models import Autorisation, Mandat
from tests.factories import FournisseurServiceFactory, MandatFactory
from tests.fournisseur_identite.flux import Flux


@pytest.fixture
def mandat(aidant: Aidant) -> Mandat:
    structure = aidant.structures().get()
    return MandatFactory(structure=structure, aidant=aidant, demarches=["logement", "social"])


@pytest.fixture
def autorisation(mandat: Mandat) -> Autorisation:
    return mandat.autorisations.get(demarche="logement")


@pytest.fixture
def fs(db: None) -> FournisseurService:
    return FournisseurServiceFactory()


def secret_de(fs: FournisseurService) -> str:
    secret = fs.poser_secret()
    fs.save()
    return secret


@pytest.fixture
def flux(client_aidant: Client, fs: FournisseurService) -> Flux:
    return Flux(client_aidant, fs, secret_de(fs))


@pytest.fixture
def flux_franceconnect(client_aidant: Client) -> Flux:
    fs = FournisseurServiceFactory(franceconnect=True)
    return Flux(client_aidant, fs, secret_de(fs))
