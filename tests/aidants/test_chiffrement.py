"""Secrets at rest open at their place, with their key, and nowhere else."""

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pytest_django import Settings

from aidants.chiffrement import (
    SecretIllisible,
    chiffrer,
    dechiffrer,
    entete_courant,
)

LIEU = "table.colonne:1"


@pytest.mark.parametrize("clair", [b"", b"secret", b"\x00" * 20, b"x" * 10_000])
def test_what_was_closed_opens_at_its_place(clair: bytes) -> None:
    assert dechiffrer(chiffrer(clair, lieu=LIEU), lieu=LIEU) == clair


def test_two_closings_differ() -> None:
    assert chiffrer(b"secret", lieu=LIEU) != chiffrer(b"secret", lieu=LIEU)


def test_nothing_opens_elsewhere() -> None:
    with pytest.raises(SecretIllisible):
        dechiffrer(chiffrer(b"secret", lieu=LIEU), lieu="table.colonne:2")


def test_nothing_opens_with_another_key(settings: Settings) -> None:
    garde = chiffrer(b"secret", lieu=LIEU)
    settings.CLE_CHIFFREMENT = "42" * 32
    with pytest.raises(SecretIllisible):
        dechiffrer(garde, lieu=LIEU)


@pytest.mark.parametrize("position", [0, 1, 4, 5, 16, 17, -1])
def test_one_changed_byte_is_seen(position: int) -> None:
    garde = bytearray(chiffrer(b"secret", lieu=LIEU))
    garde[position] ^= 1
    with pytest.raises(SecretIllisible):
        dechiffrer(bytes(garde), lieu=LIEU)


@pytest.mark.parametrize(
    "garde", [b"", b"\x01", b"\x02", b"\x02" * 33, b"secret en clair", b"\x01" * 28, b"\x00" * 60]
)
def test_what_was_never_closed_does_not_open(garde: bytes) -> None:
    with pytest.raises(SecretIllisible):
        dechiffrer(garde, lieu=LIEU)


def test_old_key_still_opens_and_closes_nothing(settings: Settings) -> None:
    ancienne, garde = settings.CLE_CHIFFREMENT, chiffrer(b"secret", lieu=LIEU)
    settings.CLE_CHIFFREMENT, settings.CLES_CHIFFREMENT_ANCIENNES = "42" * 32, [ancienne, "43" * 32]
    assert dechiffrer(garde, lieu=LIEU) == b"secret"
    assert chiffrer(b"secret", lieu=LIEU).startswith(entete_courant())
    assert not garde.startswith(entete_courant())
    with pytest.raises(SecretIllisible):
        dechiffrer(garde, lieu="table.colonne:2")


def test_first_form_is_read_with_any_key_of_the_ring(settings: Settings) -> None:
    corps = AESGCM(b"\x43" * 32).encrypt(b"n" * 12, b"secret", LIEU.encode())
    garde = b"\x01" + b"n" * 12 + corps
    settings.CLES_CHIFFREMENT_ANCIENNES = ["42" * 32, "43" * 32]
    assert dechiffrer(garde, lieu=LIEU) == b"secret"
    settings.CLES_CHIFFREMENT_ANCIENNES = []
    with pytest.raises(SecretIllisible):
        dechiffrer(garde, lieu=LIEU)


def test_error_names_the_place_and_not_the_secret() -> None:
    with pytest.raises(SecretIllisible) as erreur:
        dechiffrer(b"secret en clair", lieu=LIEU)
    assert str(erreur.value) == LIEU
