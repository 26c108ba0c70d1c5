"""What closes the sessions of an account closes what they had on its way."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from aidants import compte, facteurs
from aidants.models import Aidant, Session
from fournisseur_identite.models import Connexion
from journal.models import PLATEFORME
from mandats.models import Autorisation
from tests.fournisseur_identite.flux import Flux
from tests.occupation import Occupant

pytestmark = pytest.mark.django_db


def _autres_sessions(aidant: Aidant) -> None:
    compte.fermer_autres_sessions(aidant, sauf="x" * 32)


def _mot_de_passe(aidant: Aidant) -> None:
    aidant.changer_mot_de_passe("un autre mot de passe", moyen="oubli")


def _facteurs(aidant: Aidant) -> None:
    facteurs.reinitialiser(aidant, par=PLATEFORME, precision="Un essai.")


@pytest.mark.parametrize("fermer", [_autres_sessions, _mot_de_passe, _facteurs])
def test_code_dies_with_the_session_that_asked_for_it(
    flux: Flux, autorisation: Autorisation, fermer: Callable[[Aidant], None]
) -> None:
    code = flux.code(autorisation)
    fermer(autorisation.mandat.aidant)
    assert not Session.objects.filter(aidant=autorisation.mandat.aidant).exists()
    assert flux.echanger(code).json()["error"] == "invalid_grant"


def test_site_is_told_of_a_session_closed_from_elsewhere(
    flux: Flux, autorisation: Autorisation, django_capture_on_commit_callbacks: Any
) -> None:
    flux.fs.logout_uri = "https://fs.example.org/fin"
    flux.fs.save()
    flux.echanger(flux.code(autorisation))
    with django_capture_on_commit_callbacks(execute=True):
        _autres_sessions(autorisation.mandat.aidant)
    assert Connexion.objects.get().fermee_le is not None


def test_nul_in_the_cookie_opens_no_session(db: None) -> None:
    cookie = 'ac_session="aaaaaaaaaaaaaaaa\\000"'
    reponse = Client().get(reverse("espace"), headers={"cookie": cookie})
    assert reponse.status_code == 302
    assert reponse["Location"].startswith(reverse("connexion"))


# --- A confirmation in flight at the very instant of the closing ---


def _deconnexion(flux: Flux) -> None:
    autre_onglet = Client()
    autre_onglet.cookies = deepcopy(flux.client.cookies)
    autre_onglet.post(reverse("deconnexion"))


FERMETURES: dict[str, Callable[[Flux, Aidant], None]] = {
    "autres sessions": lambda _, aidant: _autres_sessions(aidant),
    "mot de passe": lambda _, aidant: _mot_de_passe(aidant),
    "facteurs": lambda _, aidant: _facteurs(aidant),
    "déconnexion": lambda flux, _: _deconnexion(flux),
}
ensemble_vrai = pytest.mark.django_db(transaction=True)


@pytest.fixture
def oui(flux: Flux, autorisation: Autorisation) -> Callable[[], Any]:
    page = flux.demander()["Location"]
    return lambda: flux.client.post(f"{page}autorisations/{autorisation.pk}/")


def _pendant(tenu: Occupant, attend: Callable[[], Any]) -> Any:
    """What `attend` gives, when it comes while the other act is done but not yet committed."""

    def seul() -> Any:
        try:
            return attend()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as ailleurs:
        with tenu:
            resultat = ailleurs.submit(seul)
            tenu.attendre_qui_attend()
        return resultat.result(timeout=60)


@ensemble_vrai
@pytest.mark.parametrize("fermer", FERMETURES.values(), ids=FERMETURES)
def test_confirmation_that_waits_for_the_closing_gives_no_code(
    flux: Flux,
    autorisation: Autorisation,
    oui: Callable[[], Any],
    fermer: Callable[[Flux, Aidant], None],
) -> None:
    ferme = Occupant(lambda: fermer(flux, autorisation.mandat.aidant))
    reponse = _pendant(ferme, oui)
    assert reponse.status_code == 303
    assert reponse["Location"].startswith("/oidc/demandes/")  # where one logs in again
    assert not Connexion.objects.exists()


@ensemble_vrai
@pytest.mark.parametrize("fermer", FERMETURES.values(), ids=FERMETURES)
def test_closing_that_waits_for_the_confirmation_ends_its_code(
    flux: Flux,
    autorisation: Autorisation,
    oui: Callable[[], Any],
    fermer: Callable[[Flux, Aidant], None],
) -> None:
    _pendant(Occupant(oui), lambda: fermer(flux, autorisation.mandat.aidant))
    assert Connexion.objects.get().fermee_le is not None
