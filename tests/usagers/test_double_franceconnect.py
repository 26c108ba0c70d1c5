"""FranceConnect's own software in front of the product: what it gives, refuses, fails to give."""

from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from mandats.models import Projet
from tests.usagers import double
from tests.usagers.double import DISCOVERY, Double, Navigateur
from tests.usagers.retours import personne_n_est_identifie, verifier_refus
from tests.usagers.simulateur import CLIENT_ID, CLIENT_SECRET, suivre


@pytest.fixture(scope="module")
def processus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Double]:
    double.exiger()
    with Double(tmp_path_factory.mktemp("double")) as processus:
        yield processus


@pytest.fixture
def fc(processus: Double, settings: Settings) -> Iterator[Double]:
    settings.FC_ISSUER = processus.issuer
    settings.FC_CLIENT_ID = CLIENT_ID
    settings.FC_CLIENT_SECRET = CLIENT_SECRET
    settings.FC_DELAI = 0.5
    yield processus
    processus.casser("", "")


@pytest.fixture
def partir(client_aidant: Client, depart: str, fc: Double) -> Callable[[], str]:
    """Press the FranceConnect button; return the address at FranceConnect."""
    return lambda: str(client_aidant.post(depart)["Location"])


@pytest.fixture
def personne() -> Iterator[Navigateur]:
    with Navigateur() as navigateur:
        yield navigateur


# --- What it gives --------------------------------------------------------------------------------


def test_whole_round_trip(
    client_aidant: Client, projet: Projet, partir: Callable[[], str], personne: Navigateur
) -> None:
    retour = suivre(client_aidant, personne.s_identifier(partir()))
    assert retour.status_code == 302, retour.content.decode()
    suite = suivre(client_aidant, personne.sortir(retour["Location"]))
    assert suite["Location"] == reverse("projet_signature", args=[projet.pk])
    projet.refresh_from_db()
    assert projet.usager
    assert (projet.usager.prenoms, projet.usager.nom) == ("Angela Claire", "DUBOIS")


def test_request_is_accepted_as_it_is(partir: Callable[[], str]) -> None:
    envoye = {nom: v[0] for nom, v in parse_qs(urlsplit(partir()).query).items()}
    assert (envoye["acr_values"], envoye["prompt"]) == ("eidas1", "login")
    assert {len(envoye["state"]), len(envoye["nonce"])} == {43}
    assert envoye["code_challenge_method"] == "S256"


@pytest.mark.parametrize(
    ("claims", "naissance"),
    [
        ({"birthdate": "1962-01-01", "idp_birthdate": "1962-00-00"}, "1962-00-00"),
        ({"birthdate": "1962-08-01", "idp_birthdate": "1962-08-00"}, "1962-08-00"),
        ({"birthdate": "1962-08-24", "idp_birthdate": None}, "1962-08-24"),
    ],
    ids=str,
)
def test_presumed_birth_is_kept_as_civil_status_knows_it(
    client_aidant: Client,
    projet: Projet,
    partir: Callable[[], str],
    personne: Navigateur,
    claims: dict[str, str | None],
    naissance: str,
) -> None:
    suivre(client_aidant, personne.s_identifier(partir(), **claims))
    projet.refresh_from_db()
    assert projet.usager
    assert projet.usager.date_naissance == naissance


# --- What it refuses ------------------------------------------------------------------------------

ABANDONS = ("access_denied",)
PANNES = ("server_error", "temporarily_unavailable")
ERREURS = (
    "invalid_request", "invalid_scope", "invalid_acr", "invalid_idp_hint", "unauthorized_client",
    "unsupported_response_type", "login_required", "interaction_required", "consent_required",
    "account_selection_required", "request_not_supported", "unmet_authentication_requirements",
)  # fmt: skip


@pytest.mark.parametrize(
    ("erreur", "motif", "statut"),
    [
        *((erreur, "abandon", 200) for erreur in ABANDONS),
        *((erreur, "indisponible", 503) for erreur in PANNES),
        *((erreur, "erreur", 400) for erreur in ERREURS),
    ],
)
def test_each_redirected_error_is_a_page_in_plain_french(
    client_aidant: Client,
    projet: Projet,
    partir: Callable[[], str],
    personne: Navigateur,
    erreur: str,
    motif: str,
    statut: int,
) -> None:
    reponse = suivre(client_aidant, personne.repondre(partir(), erreur=erreur))
    verifier_refus(reponse, motif, statut)
    page = reponse.content.decode()
    assert "Réessayer" in page
    assert erreur not in page
    assert "said by FranceConnect" not in page
    assert personne_n_est_identifie(projet)


def test_code_of_another_verifier_is_refused(
    client_aidant: Client, projet: Projet, partir: Callable[[], str], personne: Navigateur
) -> None:
    retour = personne.s_identifier(partir())
    session = client_aidant.session
    (state, aller) = next(iter(session["fc_allers"].items()))
    session["fc_allers"] = {state: aller | {"verifier": "v" * 43}}
    session.save()
    verifier_refus(suivre(client_aidant, retour), "invalide")
    assert personne_n_est_identifie(projet)


@pytest.mark.parametrize(
    ("claims", "motif"),
    [
        ({"acr": "eidas0"}, "invalide"),
        ({"idp_id": "aidants-connect"}, "par_aidants_connect"),
        ({"idp_id": None}, "invalide"),
        ({"family_name": None}, "invalide"),
    ],
    ids=str,
)
def test_identity_that_is_not_good_enough(
    client_aidant: Client,
    projet: Projet,
    partir: Callable[[], str],
    personne: Navigateur,
    claims: dict[str, str],
    motif: str,
) -> None:
    verifier_refus(suivre(client_aidant, personne.s_identifier(partir(), **claims)), motif)
    assert personne_n_est_identifie(projet)


# --- What it fails to give ------------------------------------------------------------------------

FACONS = ("500", "302", "muet", "page", "vide", "tronque")


@pytest.mark.parametrize("facon", FACONS)
@pytest.mark.parametrize("chemin", ["/token", "/userinfo", "/jwks"])
def test_breakdown_on_the_way_back_is_a_page_and_passes(
    client_aidant: Client,
    projet: Projet,
    partir: Callable[[], str],
    personne: Navigateur,
    fc: Double,
    chemin: str,
    facon: str,
) -> None:
    """Nothing of a breakdown is remembered: the next try succeeds."""
    retour = personne.s_identifier(partir())
    fc.casser(chemin, facon)
    reponse = suivre(client_aidant, retour)
    assert (reponse.status_code, reponse.context["motif"]) in (
        (503, "indisponible"),
        (400, "invalide"),
    )
    assert "Réessayer" in reponse.content.decode()
    assert personne_n_est_identifie(projet)
    fc.casser("", "")
    with Navigateur() as autre_essai:
        assert suivre(client_aidant, autre_essai.s_identifier(partir())).status_code == 302


@pytest.mark.parametrize("facon", FACONS)
def test_breakdown_at_the_start_is_a_page_and_passes(
    client_aidant: Client, depart: str, fc: Double, facon: str
) -> None:
    fc.casser(DISCOVERY, facon)
    verifier_refus(client_aidant.post(depart), "indisponible", 503)
    fc.casser("", "")
    assert client_aidant.post(depart).status_code == 302
