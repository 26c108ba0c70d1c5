"""SMS: one interface, a provider over HTTP, and files for the demo; off unless an address is set.

Nothing depends on an SMS: who waits for one is told to use another way.
"""

import json
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import unquote, urlsplit

import httpx2
from django.conf import settings

DELAI: Final = 5.0  # seconds that the provider may take
ECHECS_MAX: Final = 3  # failures in a row after which the provider is left alone
REPOS: Final = 60.0  # seconds for which it is


class SmsImpossible(Exception):
    """The SMS did not leave: the outbox tries again later."""


class Fournisseur(Protocol):
    def envoyer(self, *, numero: str, texte: str, cle: str) -> None:
        """Hand one SMS over; `cle` is the same when it is tried again. Raises `SmsImpossible`."""


class FournisseurHttp:
    """A provider that takes JSON over HTTPS, with a bearer token and an idempotency key."""

    def __init__(self, adresse: str) -> None:
        self.adresse = adresse

    def envoyer(self, *, numero: str, texte: str, cle: str) -> None:
        corps = {"to": numero, "from": settings.SMS_EXPEDITEUR, "text": texte}
        entetes = {"Authorization": f"Bearer {settings.SMS_JETON}", "Idempotency-Key": cle}
        try:
            reponse = httpx2.post(self.adresse, json=corps, headers=entetes, timeout=DELAI)
        except httpx2.HTTPError as erreur:
            raise SmsImpossible from erreur
        if not reponse.is_success:  # a redirect is no success, and is not followed
            raise SmsImpossible(str(reponse.status_code))


class FournisseurFichier:
    """The demo's: a file each, which the demo world shows."""

    def __init__(self, dossier: Path) -> None:
        self.dossier = dossier

    def envoyer(self, *, numero: str, texte: str, cle: str) -> None:
        self.dossier.mkdir(parents=True, exist_ok=True)
        message = {"numero": numero, "texte": texte, "date": datetime.now(UTC).isoformat()}
        (self.dossier / f"{cle}.json").write_text(json.dumps(message, ensure_ascii=False))


class Disjoncteur:
    """Leaves a provider that keeps failing alone for a while, so that nothing waits for it."""

    def __init__(self) -> None:
        self._verrou = threading.Lock()
        self.oublier()

    def oublier(self) -> None:
        self._echecs, self._jusqua = 0, 0.0

    def verifier(self) -> None:
        """Raise `SmsImpossible` while the provider is left alone."""
        with self._verrou:
            if time.monotonic() < self._jusqua:
                raise SmsImpossible("left alone")

    def noter(self, *, reussi: bool) -> None:
        with self._verrou:
            self._echecs = 0 if reussi else self._echecs + 1
            if self._echecs >= ECHECS_MAX:
                self._jusqua = time.monotonic() + REPOS


disjoncteur = Disjoncteur()


def est_actif() -> bool:
    return bool(settings.SMS_ADRESSE)


def fournisseur() -> Fournisseur:
    """The provider that the address names: `https://…`, or `file:///…` for the demo."""
    adresse = urlsplit(settings.SMS_ADRESSE)
    if adresse.scheme == "file":
        return FournisseurFichier(Path(unquote(adresse.path)))
    return FournisseurHttp(settings.SMS_ADRESSE)


def envoyer(numero: str, texte: str, *, cle: str) -> None:
    """Send one SMS; raise `SmsImpossible` when it did not leave."""
    if not est_actif():
        raise SmsImpossible("off")
    disjoncteur.verifier()
    try:
        fournisseur().envoyer(numero=numero, texte=texte, cle=cle)
    except SmsImpossible:
        disjoncteur.noter(reussi=False)
        raise
    disjoncteur.noter(reussi=True)
