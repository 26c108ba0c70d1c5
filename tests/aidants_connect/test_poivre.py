"""The drill: a leaked pepper is replaced, everybody comes back, nothing is left under the old."""

from dataclasses import replace

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from aidants.empreintes import nom_courant
from aidants.models import CarnetSecours
from aidants_connect import restes
from mandats import code_papier, consultation
from mandats.models import Mandat
from tests.factories import AidantFactory, MandatFactory
from tests.mandats.gestes import ouvrir
from tests.usagers.test_usagers import AIDANT, IDENTITE
from usagers.models import Usager

pytestmark = pytest.mark.django_db
PREMIERE, SECONDE = "41" * 32, "42" * 32
NE_LE = ("14", "3", "1957")
SUBS = [f"poivre-{rang}" for rang in range(3)]


def revenir(sub: str) -> Usager:
    return Usager.objects.identifier(replace(IDENTITE, sub=sub), par=AIDANT)


@pytest.fixture
def personnes(settings: Settings) -> dict[code_papier.CodePapier, Mandat]:
    """Three persons and their paper codes, under the first key; the second is current since."""
    settings.CLE_EMPREINTES = PREMIERE
    codes = [code_papier.tirer() for _ in SUBS]
    mandats = [
        MandatFactory(usager=revenir(sub), code=code) for sub, code in zip(SUBS, codes, strict=True)
    ]
    settings.CLE_EMPREINTES, settings.CLES_EMPREINTES_ANCIENNES = SECONDE, [PREMIERE]
    return dict(zip(codes, mandats, strict=True))


def reste(quoi: str) -> dict[str, int]:
    return {r.cle: r.nombre for r in restes.compter() if r.quoi == quoi}


def dit(capsys: pytest.CaptureFixture[str]) -> str:
    call_command("rechiffrer")
    return capsys.readouterr().out


def test_drill(
    personnes: dict[code_papier.CodePapier, Mandat],
    settings: Settings,
    capsys: pytest.CaptureFixture[str],
) -> None:
    avant = dit(capsys)
    assert "FranceConnect identifiers: 3 under key 1 of CLES_EMPREINTES_ANCIENNES" in avant
    assert "paper codes: 3 under key 1 of CLES_EMPREINTES_ANCIENNES" in avant
    usagers = [revenir(sub) for sub in SUBS]
    for code in personnes:
        assert ouvrir(Client(), code, NE_LE).status_code == 302
    assert reste("FranceConnect identifiers") == reste("paper codes") == {nom_courant(): 3}
    assert "CLES_EMPREINTES_ANCIENNES (" not in dit(capsys)
    settings.CLES_EMPREINTES_ANCIENNES = []
    assert [revenir(sub) for sub in SUBS] == usagers
    for code in personnes:
        assert ouvrir(Client(), code, NE_LE).status_code == 302


def test_those_who_do_not_come_back_are_counted(
    personnes: dict[code_papier.CodePapier, Mandat],
    settings: Settings,
    capsys: pytest.CaptureFixture[str],
) -> None:
    revenir(SUBS[0])
    Usager.objects.filter(pk=list(personnes.values())[1].usager_id).update(sub_cle="")
    sortie = dit(capsys)
    assert f"FranceConnect identifiers: 1 under the current key ({nom_courant()})" in sortie
    assert "FranceConnect identifiers: 1 under the first key of this site" in sortie
    settings.CLES_EMPREINTES_ANCIENNES = []
    assert "paper codes: 3 under a key that is not in the ring" in dit(capsys)


def test_recovery_codes_are_counted_one_by_one(settings: Settings) -> None:
    carnet = CarnetSecours(user=AidantFactory())
    carnet.remplir()
    carnet.codes = [*carnet.codes[:4], carnet.codes[4].replace(f"{nom_courant()}:", "")]
    carnet.save()
    compte = reste("recovery codes")
    assert compte[nom_courant()] >= 4
    assert compte[""] >= 1


def test_code_typed_before_the_rotation_opens_after(
    personnes: dict[code_papier.CodePapier, Mandat], settings: Settings
) -> None:
    """The page of the birth date was open while the key changed: the code opens, as it is kept."""
    code, mandat = next(iter(personnes.items()))
    settings.CLE_EMPREINTES, settings.CLES_EMPREINTES_ANCIENNES = PREMIERE, []
    client = Client()
    client.post("/mon-mandat/", {"code": str(code)})
    settings.CLE_EMPREINTES, settings.CLES_EMPREINTES_ANCIENNES = SECONDE, [PREMIERE]
    champs = dict(zip(("jour", "mois", "annee"), NE_LE, strict=True))
    assert client.post("/mon-mandat/naissance/", champs).status_code == 302
    garde = mandat.secret_code
    mandat.refresh_from_db()
    assert mandat.secret_code == garde


def test_code_printed_anew_meanwhile_is_not_undone(
    personnes: dict[code_papier.CodePapier, Mandat],
) -> None:
    code, lu = next(iter(personnes.items()))
    Mandat.objects.filter(pk=lu.pk).update(secret_code="un-autre")
    client = Client()
    client.post("/mon-mandat/", {"code": str(code)})
    consultation._hacher_a_nouveau(lu, client.session[consultation.SAISIE])
    lu.refresh_from_db()
    assert lu.secret_code == "un-autre"
