"""The proof of a line that a third party dated: the token leads to its head, and is held to it."""

import base64
import json
import random
import shutil
import subprocess
from hashlib import sha512
from pathlib import Path
from typing import Any

import pytest

from journal import note
from journal.examen import Motif, PreuveRefusee, examiner
from journal.horodatage import lire_jeton
from journal.models import Entree
from mandats.preuves import COMMANDES
from tests.journal.autorite import Autorite
from tests.journal.registre_de_test import PLUME, dater, executer, forcer, garnir, notes, sceller
from tests.journal.test_preuve import preuve_de, verifier

pytestmark = pytest.mark.django_db
CLES = [PLUME.cle.texte]


@pytest.fixture(scope="module")
def _autorite(tmp_path_factory: pytest.TempPathFactory) -> Autorite:
    return Autorite(tmp_path_factory.mktemp("autorite"))


@pytest.fixture
def autorite(_autorite: Autorite, settings: Any) -> Autorite:
    settings.HORODATAGE_CERTIFICATS = [str(_autorite.racine)]
    return _autorite


def ajouter(nombre: int, graine: int) -> list[Entree]:
    ids = garnir(nombre, random.Random(graine))  # noqa: S311 - repeatable
    sceller()
    return [Entree.objects.select_related("sujet").get(pk=cle) for cle in ids]


@pytest.fixture
def datees(autorite: Autorite) -> list[Entree]:
    """Lines under a head that is dated, and a later head that is not."""
    entrees = ajouter(9, 1)
    dater(autorite)
    ajouter(4, 2)
    return entrees


def octets(preuve: Any) -> bytes:
    return json.dumps(preuve).encode()


def refus(preuve: Any) -> Motif:
    with pytest.raises(PreuveRefusee) as refusee:
        examiner(octets(preuve), CLES)
    return refusee.value.motif


def jeton(preuve: dict[str, Any]) -> bytes:
    return base64.b64decode(preuve["jeton"])


# --- What it holds ---


def test_proof_leads_to_the_head_that_was_dated(datees: list[Entree]) -> None:
    for entree in datees:
        preuve = preuve_de(entree)
        date = lire_jeton(jeton(preuve), preuve["note"])
        assert note.lire_tete(preuve["note"]).taille == 9
        assert verifier(preuve)
        assert examiner(octets(preuve), CLES).date_par_un_tiers == date


def test_proof_stays_of_some_kilobytes(datees: list[Entree]) -> None:
    assert len(octets(preuve_de(datees[3]))) < 8192


def test_line_that_nobody_dated_yet_has_the_last_head(datees: list[Entree]) -> None:
    (entree,) = ajouter(1, 3)
    preuve = preuve_de(entree)
    assert "jeton" not in preuve
    assert preuve["note"] == notes()[-1]
    assert verifier(preuve)
    assert examiner(octets(preuve), CLES).date_par_un_tiers is None


def test_first_date_is_the_one_given(datees: list[Entree], autorite: Autorite) -> None:
    premiere = preuve_de(datees[0])
    dater(autorite)
    assert preuve_de(datees[0]) == premiere


def test_proof_is_right_without_its_token(datees: list[Entree]) -> None:
    """As the code of a sheet has it, or a proof that was made before the head was dated."""
    preuve = preuve_de(datees[5])
    del preuve["jeton"]
    assert verifier(preuve)
    assert examiner(octets(preuve), CLES).date_par_un_tiers is None


def test_token_that_was_replaced_spoils_no_proof(datees: list[Entree]) -> None:
    forcer("UPDATE journal_temoin SET contenu = %s", b"rien")
    preuve = preuve_de(datees[5])
    assert "jeton" not in preuve
    assert verifier(preuve)


# --- Tampering ---


def test_token_of_another_head_is_refused(datees: list[Entree], autorite: Autorite) -> None:
    dater(autorite)
    (derniere,) = executer("SELECT contenu FROM journal_temoin ORDER BY numero DESC LIMIT 1")
    autre = base64.b64encode(bytes(derniere[0])).decode()
    faux = preuve_de(datees[2]) | {"jeton": autre}
    assert refus(faux) is Motif.JETON
    with pytest.raises(ValueError, match="dates another head"):
        verifier(faux)


def test_digest_changed_in_the_token_is_refused(datees: list[Entree]) -> None:
    preuve = preuve_de(datees[2])
    empreinte = sha512(preuve["note"].encode()).digest()
    faux = jeton(preuve).replace(empreinte, bytes(64))
    preuve["jeton"] = base64.b64encode(faux).decode()
    assert refus(preuve) is Motif.JETON
    with pytest.raises(ValueError, match="dates another head"):
        verifier(preuve)


@pytest.mark.parametrize("contenu", ["", "AAAA", "MIIB", "é", 12, [], {}, "MIAw", "MP////8="])
def test_what_is_no_token_is_refused(datees: list[Entree], contenu: Any) -> None:
    faux = preuve_de(datees[2]) | {"jeton": contenu}
    refus(faux)
    with pytest.raises((ValueError, TypeError, IndexError)):
        verifier(faux)


# --- Who signed the token ---


def lancer(dossier: Path, preuve: dict[str, Any], racine: Path) -> subprocess.CompletedProcess[str]:
    """What the page tells a reader to type."""
    (dossier / "preuve.json").write_bytes(octets(preuve))
    shutil.copy(racine, dossier / "racine.pem")
    return subprocess.run(
        ["bash", "-ec", COMMANDES], cwd=dossier, capture_output=True, text=True, check=False
    )


def test_openssl_verifies_who_signed_the_token(
    datees: list[Entree], autorite: Autorite, tmp_path: Path
) -> None:
    fait = lancer(tmp_path, preuve_de(datees[2]), autorite.racine)
    assert (fait.returncode, fait.stdout.splitlines()[-1]) == (0, "Verification: OK"), fait.stderr
    assert "Time stamp: " in fait.stdout


def test_date_changed_in_the_token_is_for_openssl_to_see(
    datees: list[Entree], autorite: Autorite, tmp_path: Path
) -> None:
    """The readers of a proof say so: they hold the token to the head, not to its authority."""
    preuve = preuve_de(datees[2])
    date = lire_jeton(jeton(preuve), preuve["note"])
    ancienne, fausse = f"{date:%Y%m%d%H%M%S}Z", f"2001{date:%m%d%H%M%S}Z"
    faux = jeton(preuve).replace(ancienne.encode(), fausse.encode())
    preuve["jeton"] = base64.b64encode(faux).decode()
    assert verifier(preuve)
    assert lancer(tmp_path, preuve, autorite.racine).returncode != 0
