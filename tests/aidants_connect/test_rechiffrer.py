"""A whole rotation: a new key beside the old, everything closed anew, the old one gone."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db.models import BinaryField
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from aidants.chiffrement import SecretIllisible
from aidants.lots_de_cartes import Graine
from aidants.models import AppareilTotp, CarteTotp, ImportCartes
from aidants_connect import rechiffrement
from mandats.models import Attestation
from tests.codes import code_de
from tests.factories import MOT_DE_PASSE, AidantFactory, AppareilTotpFactory, MandatFactory

pytestmark = pytest.mark.django_db
NOUVELLE = "42" * 32


@pytest.fixture(autouse=True)
def _par_deux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rechiffrement, "LOT", 2)


@pytest.fixture
def secrets_gardes(appareil: AppareilTotp) -> dict[Any, bytes]:
    """A row or more of every encrypted column, and what each holds."""
    appareils = [appareil, *AppareilTotpFactory.create_batch(4)]
    carte = CarteTotp(serie="C1")
    carte.cle = b"c" * 20
    carte.save()
    graines = [Graine("C2", b"g" * 20, 30)]
    lot = ImportCartes.objects.preparer(graines, fichier="a.csv", par=AidantFactory())
    attestation = MandatFactory().attestation
    cles = {a: bytes(a.cle) for a in [*appareils, carte]}
    return cles | {lot: bytes(lot.contenu), attestation: bytes(attestation.octets)}


def lire(objet: Any) -> bytes:
    relu = type(objet).objects.get(pk=objet.pk)
    noms = {ImportCartes: "contenu", Attestation: "octets"}
    return bytes(getattr(relu, noms.get(type(objet), "cle")))


def tourner(settings: Settings) -> str:
    ancienne = settings.CLE_CHIFFREMENT
    settings.CLE_CHIFFREMENT, settings.CLES_CHIFFREMENT_ANCIENNES = NOUVELLE, [ancienne]
    return str(ancienne)


def test_every_encrypted_column_is_known() -> None:
    trouvees = {
        modele: champ.name
        for modele in apps.get_models()
        for champ in modele._meta.get_fields()
        if isinstance(champ, BinaryField) and "chiffre" in champ.name
    }
    assert trouvees == rechiffrement.COLONNES


def test_rotation(
    secrets_gardes: dict[Any, bytes], settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    tourner(settings)
    assert {objet: lire(objet) for objet in secrets_gardes} == secrets_gardes
    call_command("rechiffrer")
    settings.CLES_CHIFFREMENT_ANCIENNES = []
    assert {objet: lire(objet) for objet in secrets_gardes} == secrets_gardes
    assert "aidants_appareiltotp: 5 encrypted again." in capsys.readouterr().out
    call_command("rechiffrer")
    assert "aidants_appareiltotp: 0 encrypted again." in capsys.readouterr().out


def test_login_goes_on_through_a_rotation(appareil: AppareilTotp, settings: Settings) -> None:
    tourner(settings)
    call_command("rechiffrer")
    settings.CLES_CHIFFREMENT_ANCIENNES = []
    client, relu = Client(), AppareilTotp.objects.get(pk=appareil.pk)
    identifiants = {"courriel": appareil.user.courriel, "mot_de_passe": MOT_DE_PASSE}
    client.post(reverse("connexion"), identifiants)
    client.post(reverse("code"), {"code": code_de(relu)})
    assert client.get(reverse("espace")).status_code == 200


def test_first_form_passes_under_the_named_key(appareil: AppareilTotp, settings: Settings) -> None:
    cle = bytes.fromhex(settings.CLE_CHIFFREMENT)
    corps = AESGCM(cle).encrypt(b"n" * 12, b"k" * 20, appareil.lieu.encode())
    AppareilTotp.objects.filter(pk=appareil.pk).update(cle_chiffree=b"\x01" + b"n" * 12 + corps)
    call_command("rechiffrer")
    appareil.refresh_from_db()
    assert bytes(appareil.cle_chiffree)[:1] == b"\x02"
    assert appareil.cle == b"k" * 20


def test_stopped_run_goes_on_where_it_was(
    secrets_gardes: dict[Any, bytes], settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    tourner(settings)

    def s_arreter(_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rechiffrement.rechiffrer(s_arreter)
    call_command("rechiffrer")
    assert "aidants_appareiltotp: 3 encrypted again." in capsys.readouterr().out


def test_what_no_key_opens_is_said_and_the_rest_is_done(
    secrets_gardes: dict[Any, bytes], settings: Settings
) -> None:
    perdu = next(iter(secrets_gardes))
    AppareilTotp.objects.filter(pk=perdu.pk).update(cle_chiffree=b"\x02" + b"x" * 60)
    tourner(settings)
    with pytest.raises(CommandError, match="1 of aidants_appareiltotp"):
        call_command("rechiffrer")
    settings.CLES_CHIFFREMENT_ANCIENNES = []
    with pytest.raises(SecretIllisible):
        lire(perdu)
    autres = {objet: clair for objet, clair in secrets_gardes.items() if objet != perdu}
    assert {objet: lire(objet) for objet in autres} == autres
