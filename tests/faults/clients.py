"""Aidants and sites over real HTTP, with what they know kept by the test."""

import base64
import hashlib
import json
import secrets
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID

from django_otp.oath import hotp

from journal.actes import acte_de
from tests.serveurs import POUR_UNE_REPONSE

RETOUR = "https://fs.example.org/retour"


@dataclass(frozen=True)
class Reponse:
    statut: int
    lieu: str
    texte: str

    @property
    def json(self) -> dict[str, Any]:
        return dict(json.loads(self.texte))


def appeler(
    port: int,
    methode: str,
    chemin: str,
    champs: dict[str, Any] | None = None,
    en_tetes: dict[str, str] | None = None,
) -> Reponse | None:
    """One request on a connection of its own; None when no answer came whole."""
    http = HTTPConnection("127.0.0.1", port, timeout=POUR_UNE_REPONSE)
    corps = urlencode(champs, doseq=True) if champs is not None else None
    tetes = {"Host": "localhost", **(en_tetes or {})}
    if corps is not None:
        tetes["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        http.request(methode, chemin, corps, tetes)
        reponse = http.getresponse()
        texte = reponse.read().decode(errors="replace")
        return Reponse(reponse.status, reponse.headers.get("Location", ""), texte)
    except (OSError, HTTPException):
        return None
    finally:
        http.close()


@dataclass
class Aidant:
    """An aidant whose session is open."""

    port: int
    donnees: dict[str, str]
    csrf: str = field(default_factory=lambda: secrets.token_hex(16))

    def lire(self, chemin: str) -> Reponse | None:
        return appeler(self.port, "GET", chemin, None, self._cookies())

    def poster(self, chemin: str, **champs: Any) -> Reponse | None:
        jeton = {"csrfmiddlewaretoken": self.csrf}
        return appeler(self.port, "POST", chemin, champs | jeton, self._cookies())

    def _cookies(self) -> dict[str, str]:
        return {"Cookie": f"ac_session={self.donnees['session']}; ac_csrf={self.csrf}"}

    def code(self) -> str:
        return f"{hotp(bytes.fromhex(self.donnees['totp']), int(time.time()) // 30):06d}"

    # --- Acts ---

    def revoquer(self, mandat: dict[str, str]) -> Reponse | None:
        """End one démarche of a mandat; its act is `uid_de_revocation`."""
        chemin = f"/mandats/{mandat['pk']}/revocation/"
        return self.poster(chemin, demarches="logement", motif="demande")

    def signer(self, projet: dict[str, str], code: str) -> Reponse | None:
        return self.poster(
            f"/mandats/projets/{projet['pk']}/signature/",
            capacite="oui", autorise="on", engage="on", donnees="on", lieu="Rennes",
            nom_ecrit="", trace="[[[100, 100], [400, 300]]]", code=code,
        )  # fmt: skip


def uid_de_revocation(mandat: dict[str, str]) -> UUID:
    return acte_de(UUID(mandat["logement"]), "revocation")


@dataclass
class Site:
    """A FS: it sends the browser, then exchanges its code."""

    port: int
    client_id: str
    secret: str

    def code(self, aidant: Aidant, mandat: dict[str, str]) -> "Code | None":
        """From the site's request to the aidant's « oui »; None when that was refused."""
        code = Code(self, secrets.token_urlsafe(32))
        page = self.demander(aidant, code)
        retour = aidant.poster(f"{page}autorisations/{mandat['logement']}/")
        if retour is None or not retour.lieu.startswith(RETOUR):
            return None
        code.valeur = parse_qs(urlsplit(retour.lieu).query).get("code", [""])[0]
        return code if code.valeur else None

    def demander(self, aidant: Aidant, code: "Code | None" = None) -> str:
        """Send the browser with a request; return the page where the aidant answers it."""
        parametres = self._parametres(code or Code(self, secrets.token_urlsafe(32)))
        demande = aidant.lire(f"/oidc/authorize?{urlencode(parametres)}")
        return urlsplit(demande.lieu).path if demande and demande.statut == 303 else "/perdue/"

    def _parametres(self, code: "Code") -> dict[str, str]:
        condense = hashlib.sha256(code.verifier.encode()).digest()
        return {
            "response_type": "code", "client_id": self.client_id, "redirect_uri": RETOUR,
            "scope": "openid profile birth", "acr_values": "eidas1",
            "state": secrets.token_urlsafe(24), "nonce": secrets.token_urlsafe(24),
            "code_challenge": base64.urlsafe_b64encode(condense).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }  # fmt: skip


@dataclass
class Code:
    """A code that was given, and what the site then does with it."""

    site: Site
    verifier: str
    valeur: str = ""

    def echanger(self) -> Reponse | None:
        champs = {
            "grant_type": "authorization_code", "code": self.valeur, "redirect_uri": RETOUR,
            "client_id": self.site.client_id, "client_secret": self.site.secret,
            "code_verifier": self.verifier,
        }  # fmt: skip
        return appeler(self.site.port, "POST", "/oidc/token", champs)

    def identite(self, jeton: str) -> Reponse | None:
        porteur = {"Authorization": f"Bearer {jeton}"}
        return appeler(self.site.port, "GET", "/oidc/userinfo", None, porteur)
