"""A software authenticator (WebAuthn): creates passkeys and answers challenges, right or wrong."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

PRESENCE, VERIFICATION, DONNEES = 0x01, 0x04, 0x40


def ecrire(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode()


def lire(texte: str) -> bytes:
    return urlsafe_b64decode(texte + "===")


@dataclass
class Authentificateur:
    """One key of one device; every attribute can be made to lie."""

    origine: str = field(default_factory=lambda: settings.OTP_WEBAUTHN_ALLOWED_ORIGINS[0])
    rp_id: str = field(default_factory=lambda: settings.OTP_WEBAUTHN_RP_ID)
    drapeaux: int = PRESENCE | VERIFICATION
    compteur: int = 0
    identifiant: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    poignee: bytes | None = None
    cle: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def creer(self, options: Any, **attestation: Any) -> dict[str, Any]:
        """Answer `navigator.credentials.create()`."""
        self.poignee = lire(options["user"]["id"])
        objet = {"fmt": "none", "attStmt": {}, "authData": self._donnees_attestees()} | attestation
        reponse = {
            "clientDataJSON": ecrire(self._client("webauthn.create", options["challenge"])),
            "attestationObject": ecrire(cbor2.dumps(objet)),
            "transports": ["internal"],
        }
        extensions = {"clientExtensionResults": {"credProps": {"rk": True}}}
        return self._credential(reponse) | extensions

    def presenter(self, options: Any) -> dict[str, Any]:
        """Answer `navigator.credentials.get()`."""
        client = self._client("webauthn.get", options["challenge"])
        donnees = self._donnees(self.drapeaux)
        signe = donnees + hashlib.sha256(client).digest()
        reponse = {
            "clientDataJSON": ecrire(client),
            "authenticatorData": ecrire(donnees),
            "signature": ecrire(self.cle.sign(signe, ec.ECDSA(hashes.SHA256()))),
            "userHandle": ecrire(self.poignee) if self.poignee else None,
        }
        return self._credential(reponse)

    def _credential(self, reponse: dict[str, Any]) -> dict[str, Any]:
        identifiant = ecrire(self.identifiant)
        return {
            "id": identifiant,
            "rawId": identifiant,
            "type": "public-key",
            "response": reponse,
        }

    def _client(self, genre: str, defi: str) -> bytes:
        return json.dumps({"type": genre, "challenge": defi, "origin": self.origine}).encode()

    def _donnees(self, drapeaux: int) -> bytes:
        rp = hashlib.sha256(self.rp_id.encode()).digest()
        return rp + bytes([drapeaux]) + self.compteur.to_bytes(4, "big")

    def _donnees_attestees(self) -> bytes:
        taille = len(self.identifiant).to_bytes(2, "big")
        entete = self._donnees(self.drapeaux | DONNEES) + bytes(16) + taille
        return entete + self.identifiant + self.cle_publique()

    def cle_publique(self) -> bytes:
        point = self.cle.public_key().public_numbers()
        x, y = point.x.to_bytes(32, "big"), point.y.to_bytes(32, "big")
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
