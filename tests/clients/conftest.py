"""Aidants at work in the shared demo, each with the mandat of one person, and the partner sites."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.clients.relais import Relais, lance
from tests.clients.sites import RETOURS, Monde, Site, adresses_libres, exiger, lances
from tests.poste import Poste
from tests.serveurs import Demo


@dataclass(frozen=True)
class Cas:
    """A person of the simulator, and the aidant who acts for them."""

    identite: str
    aidant: str
    nom_ecrit: str
    nom: str
    attendu: dict[str, str]


# One aidant each: an aidant gives one code every 30 seconds. « social » only: no other test of the
# shared demo uses it.
CAS = (
    Cas("usuelle", "Louise", "Hélène L'Héritier", "HÉRITIER",
        {"birthdate": "1957-03-14", "birthplace": "29019", "birthcountry": "99100"}),
    Cas("sans_courriel", "Samuel", "Noël Santoni", "SANTONI",
        {"birthplace": "2A004", "email": "sans-adresse@localhost.invalid"}),
    Cas("etranger", "Karim", "Mamadou N'Diaye", "DIAYE",
        {"birthplace": "", "birthcountry": "99341"}),
    Cas("presumee", "Camille", "Malika Aït-Oufkir", "OUFKIR",
        {"birthdate": "1962-00-00", "birthplace": ""}),
)  # fmt: skip


@pytest.fixture(scope="session")
def clients_installes() -> None:
    exiger()


@pytest.fixture(scope="session")
def postes(clients_installes: None, demo: Demo) -> Iterator[dict[str, Poste]]:
    """Four aidants at work, each with the mandat of one person."""
    with ExitStack() as pile:
        postes = {cas.aidant: pile.enter_context(Poste(demo, cas.aidant)) for cas in CAS}
        for poste in postes.values():
            poste.se_connecter()
        for cas in CAS:
            postes[cas.aidant].signer_pour(cas.identite, cas.nom_ecrit, "social")
        yield postes


@pytest.fixture(scope="session")
def relais(demo: Demo) -> Iterator[Relais]:
    with lance(demo.produit) as relais:
        yield relais


@pytest.fixture(scope="session")
def sites(
    clients_installes: None, demo: Demo, relais: Relais, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Site]]:
    """The partner sites at work, registered by the supervision's own command."""
    dossier = tmp_path_factory.mktemp("sites")
    adresses = adresses_libres()
    secret = _enregistrer(demo, "Sites à secret", adresses, ("apache", "django"))
    with TemporaryDirectory() as pages, ExitStack() as pile:
        monde = Monde(relais, dossier, Path(pages), secret, {"client_id": "site-a-cle"})
        sites = pile.enter_context(lances(monde, adresses))
        _enregistrer(demo, "Site à clé", adresses, ("node",), *_par_cle(adresses["node"]))
        yield sites


def _enregistrer(
    demo: Demo, nom: str, adresses: dict[str, str], lesquels: tuple[str, ...], *options: str
) -> dict[str, str]:
    """Register the sites at these addresses as one client; its client_id, and its secret if any."""
    retours = [f"--redirect-uri={adresses[un]}{r}" for un in lesquels for r in RETOURS[un]]
    sorties = [f"--post-logout-redirect-uri={adresses[un]}/sortie" for un in lesquels]
    site = adresses[lesquels[0]]
    dit = demo.gerer("creer_fs", nom, site, "--demarche=social", *retours, *sorties, *options)
    return dict(ligne.split("=", 1) for ligne in dit.splitlines())


def _par_cle(adresse: str) -> list[str]:
    """The strictest of registrations: a key that it publishes, pushed requests, told of the end."""
    cles, fin = f"--jwks-uri={adresse}/jwks", f"--backchannel-logout-uri={adresse}/fin-de-session"
    return ["--client-id=site-a-cle", "--par", cles, fin]
