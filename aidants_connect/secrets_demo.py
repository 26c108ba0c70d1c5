"""Secrets of the demo: made at the first start, kept in the data folder, never in the code."""

import json
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

CLES = (
    "SECRET_KEY",
    "CLE_CHIFFREMENT",
    "CLE_EMPREINTES",
    "CLE_SUB",
    "CLE_SCEAU",
    "FC_CLIENT_SECRET",
)


def lire_ou_creer(dossier: Path) -> dict[str, str]:
    """Return the demo's secrets by name, making the file (mode 0600) at the first call."""
    fichier = dossier / "secrets.json"
    valeurs: dict[str, str] = json.loads(fichier.read_text()) if fichier.exists() else {}
    manquants = {nom: secrets.token_hex(32) for nom in CLES if nom not in valeurs}
    if "CLE_SIGNATURE_OIDC" not in valeurs:
        manquants["CLE_SIGNATURE_OIDC"] = _paire_es256()
    if manquants:
        _ecrire(fichier, valeurs := valeurs | manquants)
    return valeurs


def _paire_es256() -> str:
    cle = ec.generate_private_key(ec.SECP256R1())
    return cle.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _ecrire(fichier: Path, valeurs: dict[str, str]) -> None:
    """Write the whole file beside, then move it in place: two starts at once never mix."""
    fichier.parent.mkdir(parents=True, exist_ok=True)
    provisoire = fichier.with_suffix(f".{os.getpid()}")
    with os.fdopen(
        os.open(provisoire, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w"
    ) as sortie:
        json.dump(valeurs, sortie, indent=1)
    provisoire.replace(fichier)
