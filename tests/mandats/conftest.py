import pytest

from aidants.models import Aidant, AppareilTotp, Structure
from mandats import code_papier
from mandats.code_papier import CodePapier
from mandats.models import Mandat, Projet
from tests.codes import code_de
from tests.factories import MandatFactory, ProjetFactory
from tests.mandats import gestes
from tests.usagers.fixtures import franceconnect, processus_franceconnect

__all__ = ["franceconnect", "processus_franceconnect"]


@pytest.fixture
def structure(aidant: Aidant) -> Structure:
    return aidant.structures().get()


@pytest.fixture
def projet(aidant: Aidant, structure: Structure) -> Projet:
    """A draft of the aidant whose usager is identified: ready to be signed."""
    demarches = ["logement", "social"]
    return ProjetFactory(aidant=aidant, structure=structure, demarches=demarches, identifie=True)


@pytest.fixture
def code(appareil: AppareilTotp) -> str:
    return code_de(appareil)


@pytest.fixture
def signe(projet: Projet) -> Mandat:
    """A mandat really signed, with its PDF, its journal rows and its notices."""
    return gestes.signer(projet)


@pytest.fixture
def papier() -> CodePapier:
    return code_papier.tirer()


@pytest.fixture
def mandat(aidant: Aidant, structure: Structure, papier: CodePapier) -> Mandat:
    """A mandat of the structure for `logement` and `social`, whose paper code is `papier`."""
    return MandatFactory(structure=structure, aidant=aidant, code=papier)
