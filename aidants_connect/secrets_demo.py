"""Secrets of the demo: made at the first start, kept in the data folder, never in the code."""

import json
import os
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

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
        manquants["CLE_SIGNATURE_OIDC"] = _pem(_paire())
    if "SCEAU_PDF_CLE" not in valeurs:
        manquants |= _sceau_pdf()
    if manquants:
        _ecrire(fichier, valeurs := valeurs | manquants)
    return valeurs


def _paire() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _pem(cle: ec.EllipticCurvePrivateKey) -> str:
    return cle.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _sceau_pdf() -> dict[str, str]:
    """A key and its certificate, then that of an authority whose own key is not kept."""
    autorite, cle = _paire(), _paire()
    nom = _nom("Aidants Connect - autorité de démonstration")
    racine = _certifier(autorite.public_key(), nom, nom, ca=True).sign(autorite, hashes.SHA256())
    sujet = _nom("Aidants Connect - démonstration")
    feuille = _certifier(cle.public_key(), sujet, nom, ca=False).sign(autorite, hashes.SHA256())
    chaine = "".join(c.public_bytes(Encoding.PEM).decode() for c in (feuille, racine))
    return {"SCEAU_PDF_CLE": _pem(cle), "SCEAU_PDF_CERTIFICAT": chaine}


def _nom(commun: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, commun)])


def _certifier(
    publique: ec.EllipticCurvePublicKey, sujet: x509.Name, emetteur: x509.Name, *, ca: bool
) -> x509.CertificateBuilder:
    usages = ("digital_signature", "content_commitment", "key_cert_sign", "crl_sign")
    autres = ("key_encipherment", "data_encipherment", "key_agreement", "encipher_only")
    permis = {usage: usage in (usages[2:] if ca else usages[:2]) for usage in usages}
    permis |= dict.fromkeys((*autres, "decipher_only"), False)
    maintenant = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(sujet)
        .issuer_name(emetteur)
        .public_key(publique)
        .serial_number(x509.random_serial_number())
        .not_valid_before(maintenant - timedelta(days=1))
        .not_valid_after(maintenant + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=0 if ca else None), critical=True)
        .add_extension(x509.KeyUsage(**permis), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(publique), critical=False)
    )


def _ecrire(fichier: Path, valeurs: dict[str, str]) -> None:
    """Write the whole file beside, then move it in place: two starts at once never mix."""
    fichier.parent.mkdir(parents=True, exist_ok=True)
    provisoire = fichier.with_suffix(f".{os.getpid()}")
    with os.fdopen(
        os.open(provisoire, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w"
    ) as sortie:
        json.dump(valeurs, sortie, indent=1)
    provisoire.replace(fichier)
