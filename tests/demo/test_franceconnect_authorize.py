"""The simulator refuses what FranceConnect refuses at /authorize."""

import pytest

from tests.demo.navigateur import DEMANDE, RETOUR, Navigateur, params_de


@pytest.mark.parametrize("manquant", sorted(DEMANDE))
def test_every_parameter_is_mandatory(navigateur: Navigateur, manquant: str) -> None:
    reponse = navigateur.authorize(**{manquant: None})
    assert reponse.status_code == 400
    assert "Location" not in reponse.headers


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"client_id": "inconnu"}, "Y04EA6EF"),
        ({"redirect_uri": RETOUR + "?a=1"}, "Y04C013C"),
        ({"state": "s" * 21}, "Y030007"),
        ({"nonce": "n" * 21}, "Y030007"),
        ({"prompt": "none"}, "Y030007"),
        ({"prompt": ""}, "Y030007"),
    ],
)
def test_refusal_on_its_own_page(navigateur: Navigateur, params: dict[str, str], code: str) -> None:
    reponse = navigateur.authorize(**params)
    assert reponse.status_code == 400
    assert code in reponse.text


@pytest.mark.parametrize(
    ("params", "erreur"),
    [
        ({"scope": "openid address"}, "invalid_scope"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"acr_values": "eidas2"}, "invalid_acr"),
        ({"code_challenge": "x" * 43, "code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "x" * 43}, "invalid_request"),
    ],
)
def test_refusal_by_redirect(navigateur: Navigateur, params: dict[str, str], erreur: str) -> None:
    recu = params_de(navigateur.authorize(**params))
    assert recu["error"] == erreur
    assert recu["state"] == DEMANDE["state"]
    assert recu["iss"].endswith("/api/v2")


def test_success_gives_code_state_and_iss(navigateur: Navigateur) -> None:
    reponse = navigateur.choisir({"identite": "usuelle"})
    assert reponse.status_code == 303
    assert reponse.headers["Location"].startswith(RETOUR)
    assert set(params_de(reponse)) == {"code", "state", "iss"}


def test_cancelling_is_access_denied(navigateur: Navigateur) -> None:
    recu = params_de(navigateur.choisir({"annuler": "1"}))
    assert recu["error"] == "access_denied"
    assert recu["error_description"] == "user authentication aborted"


def test_error_button_is_server_error(navigateur: Navigateur) -> None:
    assert params_de(navigateur.choisir({"erreur": "1"}))["error"] == "server_error"


def test_an_interaction_ends_once(navigateur: Navigateur) -> None:
    adresse = navigateur.authorize().headers["Location"]
    assert navigateur.client.post(adresse, data={"annuler": "1"}).status_code == 303
    assert navigateur.client.post(adresse, data={"identite": "usuelle"}).status_code == 400


def test_live_session_is_reused(navigateur: Navigateur) -> None:
    navigateur.choisir({"identite": "outremer"})
    assert "code" in params_de(navigateur.authorize())


def test_prompt_login_asks_again(navigateur: Navigateur) -> None:
    navigateur.choisir({"identite": "outremer"})
    assert "/interaction/" in navigateur.authorize(prompt="login").headers["Location"]
