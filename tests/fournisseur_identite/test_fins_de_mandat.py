"""A site is told of the end of the mandat, or of the aidant's session, on a real server."""

import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.test import Client
from django.utils import timezone
from joserfc import jws

from aidants.models import MotifDesactivation, Session
from fournisseur_identite import taches
from fournisseur_identite.models import AvisDeFin, Connexion
from journal.models import PLATEFORME
from mandats.models import Autorisation
from tests.clients_http import ouvrir_session
from tests.factories import AidantFactory
from tests.fournisseur_identite.flux import Flux
from tests.fournisseur_identite.test_fins import jetons_de, lire

pytestmark = pytest.mark.django_db
Commit = Callable[..., Any]


class Receveur(ThreadingHTTPServer):
    """The site's own server: it keeps what it is told, and answers `statut`."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Reponse)
        self.adresse = f"http://127.0.0.1:{self.server_address[1]}/fin"
        self.recus: list[str] = []
        self.statut = 200


class _Reponse(BaseHTTPRequestHandler):
    server: Receveur

    def do_POST(self) -> None:
        corps = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.recus += parse_qs(corps)["logout_token"]
        self.send_response(self.server.statut)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def receveur() -> Iterator[Receveur]:
    with Receveur() as serveur:
        fil = threading.Thread(target=serveur.serve_forever, kwargs={"poll_interval": 0.02})
        fil.start()
        yield serveur
        serveur.shutdown()
        fil.join()


@pytest.fixture
def prevenu(flux: Flux, receveur: Receveur) -> Flux:
    flux.fs.logout_uri = receveur.adresse
    flux.fs.save()
    return flux


def sid(id_token: str) -> str:
    return str(json.loads(jws.extract_compact(id_token.encode()).payload)["sid"])


def test_revocation_is_told_at_once(
    prevenu: Flux,
    autorisation: Autorisation,
    receveur: Receveur,
    django_capture_on_commit_callbacks: Commit,
) -> None:
    id_token = jetons_de(prevenu, autorisation)["id_token"]
    with django_capture_on_commit_callbacks(execute=True):
        autorisation.mandat.revoquer(par=PLATEFORME)
    (recu,) = receveur.recus
    assert lire(recu).claims["sid"] == sid(id_token)


def test_another_demarche_that_ends_says_nothing(
    prevenu: Flux,
    autorisation: Autorisation,
    receveur: Receveur,
    django_capture_on_commit_callbacks: Commit,
) -> None:
    jetons_de(prevenu, autorisation)
    with django_capture_on_commit_callbacks(execute=True):
        autorisation.mandat.revoquer(par=PLATEFORME, demarches=["social"])
    assert receveur.recus == []


def test_end_of_the_aidants_session_is_told(
    prevenu: Flux,
    autorisation: Autorisation,
    receveur: Receveur,
    django_capture_on_commit_callbacks: Commit,
) -> None:
    """Every use of that session, and of no other browser of the same aidant."""
    ici = [sid(jetons_de(prevenu, autorisation)["id_token"])]
    ailleurs = Client()
    ouvrir_session(ailleurs, autorisation.mandat.aidant)
    la_bas = Flux(ailleurs, prevenu.fs, prevenu.secret)
    jetons_de(la_bas, autorisation)
    with django_capture_on_commit_callbacks(execute=True):
        prevenu.client.post("/deconnexion/")
    assert [lire(recu).claims["sid"] for recu in receveur.recus] == ici


def test_use_without_id_token_is_not_told(
    prevenu: Flux,
    autorisation: Autorisation,
    receveur: Receveur,
    django_capture_on_commit_callbacks: Commit,
) -> None:
    prevenu.code(autorisation)
    with django_capture_on_commit_callbacks(execute=True):
        autorisation.mandat.revoquer(par=PLATEFORME)
    assert receveur.recus == []


def test_site_that_is_down_is_told_later(
    prevenu: Flux,
    autorisation: Autorisation,
    receveur: Receveur,
    django_capture_on_commit_callbacks: Commit,
) -> None:
    jetons_de(prevenu, autorisation)
    receveur.statut = 503
    with django_capture_on_commit_callbacks(execute=True):
        autorisation.mandat.revoquer(par=PLATEFORME)
    assert AvisDeFin.objects.get().envoye_le is None
    receveur.statut = 200
    AvisDeFin.objects.update(prochain_essai_le=timezone.now() - timedelta(seconds=1))
    with django_capture_on_commit_callbacks(execute=True):
        taches.envoyer_fins_en_attente()
    assert len(receveur.recus) == 2
    assert AvisDeFin.objects.get().envoye_le


# --- What ends by time, or was missed -------------------------------------------------------------


def _echoir(a: Autorisation) -> None:
    passe = timezone.now() - timedelta(hours=1)
    debut = passe - timedelta(days=1)
    type(a.mandat).objects.filter(pk=a.mandat_id).update(signe_le=debut, fin=passe)
    Autorisation.objects.filter(mandat=a.mandat).update(debut=debut, fin=passe)


def _revoquer(a: Autorisation) -> None:
    a.mandat.revoquer(par=PLATEFORME)


def _desactiver(a: Autorisation) -> None:
    a.mandat.aidant.desactiver(par=PLATEFORME, motif=MotifDesactivation.SOUPCON)


def _quitter(a: Autorisation) -> None:
    a.mandat.aidant.appartenances.get().finir(par=PLATEFORME)


def _suspendre(a: Autorisation) -> None:
    type(a.structure).objects.filter(pk=a.structure_id).update(active=False)


def _fermer_les_sessions(a: Autorisation) -> None:
    Session.objects.fermer(a.mandat.aidant)


@pytest.mark.parametrize(
    "finir", [_echoir, _revoquer, _desactiver, _quitter, _suspendre, _fermer_les_sessions]
)
def test_sweep_closes_what_has_ended(
    prevenu: Flux, autorisation: Autorisation, finir: Callable[[Autorisation], None]
) -> None:
    jetons_de(prevenu, autorisation)
    assert taches.clore_les_finies() == 0
    finir(autorisation)
    assert taches.clore_les_finies() == 1
    assert taches.clore_les_finies() == 0
    assert Connexion.objects.get().fermee_le
    assert AvisDeFin.objects.count() == 1


def test_sweep_leaves_the_sites_that_did_not_ask(flux: Flux, autorisation: Autorisation) -> None:
    jetons_de(flux, autorisation)
    autorisation.mandat.revoquer(par=PLATEFORME)
    assert taches.clore_les_finies() == 0


def test_session_of_somebody_else_does_not_keep_it_open(
    prevenu: Flux, autorisation: Autorisation
) -> None:
    jetons_de(prevenu, autorisation)
    ouvrir_session(Client(), AidantFactory())
    Session.objects.fermer(autorisation.mandat.aidant)
    assert taches.clore_les_finies() == 1
