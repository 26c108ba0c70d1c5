"""Codes that a FS may exchange, made at once, without the pages that lead to each."""

import base64
import hashlib
import secrets
from dataclasses import dataclass

from django.utils import timezone

from fournisseur_identite import moteur
from fournisseur_identite.models import DemandeAutorisation, FournisseurService
from mandats.models import Autorisation
from tests.factories import AppartenanceFactory, FournisseurServiceFactory, MandatFactory

RETOUR = "https://fs.example.org/retour"


@dataclass(frozen=True)
class Partenaire:
    """A registered site, with the mandat that its codes use."""

    fs: FournisseurService
    secret: str
    autorisation: Autorisation
    verifier: str

    def formulaire(self, code: str) -> dict[str, str]:
        """What it posts to /oidc/token."""
        return {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": RETOUR,
            "client_id": str(self.fs.client_id),
            "client_secret": self.secret,
            "code_verifier": self.verifier,
        }

    def codes(self, nombre: int) -> list[str]:
        return [self._code() for _ in range(nombre)]

    def _code(self) -> str:
        demarche, mandat = self.autorisation.demarche, self.autorisation.mandat
        demande = DemandeAutorisation.objects.create(
            fs=self.fs, parametres=self._parametres(), demarches=[demarche]
        )
        return moteur.delivrer_code(
            demande,
            aidant=mandat.aidant,
            structure=mandat.structure,
            autorisation=self.autorisation,
            auth_time=timezone.now(),
        )

    def _parametres(self) -> dict[str, str]:
        condense = hashlib.sha256(self.verifier.encode()).digest()
        return {
            "response_type": "code",
            "client_id": str(self.fs.client_id),
            "redirect_uri": RETOUR,
            "scope": "openid profile birth email",
            "state": secrets.token_urlsafe(24),
            "nonce": secrets.token_urlsafe(24),
            "code_challenge": base64.urlsafe_b64encode(condense).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }


def partenaire() -> Partenaire:
    """One site, one aidant at work, one signed mandat."""
    appartenance = AppartenanceFactory()
    mandat = MandatFactory(
        structure=appartenance.structure, aidant=appartenance.aidant, demarches=["logement"]
    )
    fs = FournisseurServiceFactory(redirect_uris=[RETOUR])
    secret = fs.poser_secret()
    fs.save()
    return Partenaire(fs, secret, mandat.autorisations.get(), secrets.token_urlsafe(32))
