"""What the product's demo command tells us in the JSON file named by DEMO_FICHIER."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True)
class Client:
    """Credentials of one OpenID Connect client, with its registered addresses."""

    client_id: str
    client_secret: str
    redirect_uris: tuple[str, ...] = ()
    post_logout_redirect_uris: tuple[str, ...] = ()


@dataclass(frozen=True)
class Compte:
    """A demo account of the product, secrets included: it opens nothing of value."""

    role: str
    prenom: str
    nom: str
    courriel: str
    mot_de_passe: str
    totp_cle: str
    structures: tuple[str, ...]


@dataclass(frozen=True)
class Monde:
    """The whole demo: where the product is, where we are, who may log in."""

    produit: str
    adresse: str
    courriels: Path
    comptes: tuple[Compte, ...]
    franceconnect: Client
    services: Mapping[str, Client]

    @property
    def issuer(self) -> str:
        """Return the issuer of the FranceConnect simulator."""
        return f"{self.adresse}/api/v2"


def monde() -> Monde:
    """Return the present configuration, read again whenever the file changes."""
    name = os.environ.get("DEMO_FICHIER", "")
    if not name:
        raise ImproperlyConfigured("DEMO_FICHIER must name the JSON file of the demo.")
    path = Path(name)
    try:
        return _read(path, path.stat().st_mtime_ns)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ImproperlyConfigured(f"DEMO_FICHIER={name} cannot be read: {error!r}") from error


@lru_cache(maxsize=1)
def _read(path: Path, _mtime_ns: int) -> Monde:
    return parse(json.loads(path.read_text(encoding="utf-8")))


def parse(data: Mapping[str, Any]) -> Monde:
    """Turn the decoded JSON file into a `Monde`; raise KeyError on a missing field."""
    return Monde(
        produit=data["produit"].rstrip("/"),
        adresse=data["monde"].rstrip("/"),
        courriels=Path(data["courriels"]),
        comptes=tuple(_compte(fields) for fields in data["comptes"]),
        franceconnect=_client(data["franceconnect"]),
        services={key: _client(fields) for key, fields in data["services"].items()},
    )


def _client(fields: Mapping[str, Any]) -> Client:
    return Client(
        client_id=fields["client_id"],
        client_secret=fields["client_secret"],
        redirect_uris=tuple(fields.get("redirect_uris", ())),
        post_logout_redirect_uris=tuple(fields.get("post_logout_redirect_uris", ())),
    )


def _compte(fields: Mapping[str, Any]) -> Compte:
    return Compte(
        role=fields["role"],
        prenom=fields["prenom"],
        nom=fields["nom"],
        courriel=fields["courriel"],
        mot_de_passe=fields["mot_de_passe"],
        totp_cle=fields["totp_cle"],
        structures=tuple(fields["structures"]),
    )
