"""The authorization request: what is refused on a page, what goes back as an error, what passes."""

import json
import re
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from django.conf import settings
from django.test import Client

from fournisseur_identite.models import DemandeAutorisation
from tests.fournisseur_identite.flux import FORMULAIRE, RETOUR, Flux

pytestmark = pytest.mark.django_db

# RFC 6749, section 4.1.2.1: what an error_description may hold.
DESCRIPTION = re.compile(r"[\x20\x21\x23-\x5B\x5D-\x7E]*")


def lire_retour(reponse: Any) -> dict[str, str]:
    """The redirect to the FS, which has our `iss`, no parameter twice, and a clean description."""
    assert reponse.status_code == 303, reponse.content.decode()[:3000]
    adresse = urlsplit(reponse["Location"])
    assert adresse._replace(query="").geturl() == RETOUR
    paires = parse_qsl(adresse.query, keep_blank_values=True, strict_parsing=True)
    assert len(dict(paires)) == len(paires)
    retour = dict(paires)
    assert retour["iss"] == settings.SITE_URL
    assert DESCRIPTION.fullmatch(retour.get("error_description", ""))
    assert reponse["Referrer-Policy"] == "no-referrer"
    return retour


def erreur(flux: Flux, reponse: Any) -> str:
    retour = lire_retour(reponse)
    assert set(retour) <= {"error", "error_description", "iss", "state"}
    assert retour.get("state", "") == flux.state
    assert not DemandeAutorisation.objects.exists()
    return retour["error"]


def acceptee(reponse: Any) -> DemandeAutorisation:
    assert reponse.status_code == 303, reponse.content
    demande = DemandeAutorisation.objects.get()
    assert reponse["Location"] == f"/oidc/demandes/{demande.pk}/"
    return demande


def refusee_sur_page(reponse: Any) -> None:
    assert reponse.status_code == 400
    assert "Location" not in reponse
    assert "ne peut pas se connecter" in reponse.content.decode()
    assert not DemandeAutorisation.objects.exists()


def brute(flux: Flux, ajout: str, **autres: Any) -> Any:
    """A request whose end is given as it stands in the address."""
    return flux.client.get(f"/oidc/authorize?{urlencode(flux.parametres(**autres))}{ajout}")


# --- Nobody is sent anywhere ---

ADRESSES_HOSTILES = [
    RETOUR + "/", RETOUR + "?", RETOUR + "?a=1", RETOUR + "#", RETOUR + "#a", RETOUR + "%20",
    RETOUR + " ", " " + RETOUR, RETOUR + "\n", RETOUR + "\x00", RETOUR + "/../retour",
    RETOUR + "/.", RETOUR + ";a=1", RETOUR + ".", RETOUR.upper(),
    "HTTPS://fs.example.org/retour", "https://FS.example.org/retour",
    "https://fs.example.org/Retour", "https://fs.example.org/%72etour",
    "https://fs.example.org/a/../retour", "https://fs.example.org/./retour",
    "https://fs.example.org//retour", "https://fs.example.org\\retour",
    "https://fs.example.org./retour", "https://fs.example.org:443/retour",
    "https://fs.example.org:444/retour", "https://u@fs.example.org/retour",
    "https://u:p@fs.example.org/retour", "https://fs.example.org@evil.example/retour",
    "https://fs.example.org.evil.example/retour", "https://evil.example/?u=" + RETOUR,
    "https://evil.example/retour", "https://sous.fs.example.org/retour",
    "http://fs.example.org/retour", "//fs.example.org/retour", "/retour", "",
    "javascript:alert(1)", "data:text/html,x", "https://fs.example.org/ret\u043eur",
]  # fmt: skip


@pytest.mark.parametrize("adresse", ADRESSES_HOSTILES)
def test_address_that_is_not_the_registered_one(flux: Flux, adresse: str) -> None:
    refusee_sur_page(flux.demander(redirect_uri=adresse))


@pytest.mark.parametrize("client_id", ["inconnu", "", " fs", "fs\x00", "x" * 5000])
def test_unknown_client(flux: Flux, client_id: str) -> None:
    refusee_sur_page(flux.demander(client_id=client_id))


def test_client_id_has_a_case(flux: Flux) -> None:
    refusee_sur_page(flux.demander(client_id=flux.fs.client_id.upper()))


def test_suspended_client(flux: Flux) -> None:
    flux.fs.actif = False
    flux.fs.save()
    refusee_sur_page(flux.demander())


@pytest.mark.parametrize("nom", ["client_id", "redirect_uri"])
def test_client_or_address_missing(flux: Flux, nom: str) -> None:
    refusee_sur_page(flux.demander(**{nom: None}))


@pytest.mark.parametrize("nom", ["client_id", "redirect_uri"])
def test_client_or_address_repeated(flux: Flux, nom: str) -> None:
    valeur = flux.parametres()[nom]
    refusee_sur_page(flux.demander(**{nom: [valeur, valeur]}))
    refusee_sur_page(flux.demander(**{nom: [valeur, "https://evil.example/"]}))


def test_address_of_another_client(flux: Flux, flux_franceconnect: Flux) -> None:
    flux_franceconnect.fs.redirect_uris = ["https://autre.example.org/retour"]
    flux_franceconnect.fs.save()
    refusee_sur_page(flux.demander(redirect_uri="https://autre.example.org/retour"))


@pytest.mark.parametrize("ajout", ["&x=%00", "&%00=x", "&state%00=x"])
def test_nul_byte(flux: Flux, ajout: str) -> None:
    refusee_sur_page(brute(flux, ajout))


def test_unknown_client_when_logged_out(flux: Flux) -> None:
    refusee_sur_page(Client().get("/oidc/authorize", flux.parametres(client_id="inconnu")))


def test_nothing_at_all() -> None:
    refusee_sur_page(Client().get("/oidc/authorize"))


# --- Errors that go back to the FS ---


@pytest.mark.parametrize(
    ("autres", "attendue"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": ""}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "id_token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_type": "code token"}, "unsupported_response_type"),
        ({"response_type": "CODE"}, "unsupported_response_type"),
        ({"response_type": "none"}, "unsupported_response_type"),
        ({"scope": None}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"scope": "OPENID"}, "invalid_scope"),
        ({"scope": "openid_connect"}, "invalid_scope"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge": "court"}, "invalid_request"),
        ({"code_challenge": "é" * 43}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": "s256"}, "invalid_request"),
        ({"request": "eyJhbGciOiJub25lIn0.e30."}, "request_not_supported"),
        ({"request_uri": "https://fs.example.org/r"}, "request_uri_not_supported"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"response_mode": "query.jwt"}, "invalid_request"),
        ({"prompt": "none"}, "interaction_required"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"acr_values": "eidas2"}, "unmet_authentication_requirements"),
        ({"acr_values": "eidas3 eidas2"}, "unmet_authentication_requirements"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"max_age": "vite"}, "invalid_request"),
        ({"max_age": ""}, "invalid_request"),
        ({"max_age": "1.5"}, "invalid_request"),
        ({"max_age": "²"}, "invalid_request"),
        ({"nonce": ["a", "b"]}, "invalid_request"),
        ({"scope": ["openid", "openid"]}, "invalid_request"),
        ({"nonce": "n" * 513}, "invalid_request"),
        ({"scope": "openid " + "x" * 300}, "invalid_request"),
        ({"ui_locales": "f" * 1001}, "invalid_request"),
        ({f"x{n}": "1" for n in range(40)}, "invalid_request"),
    ],
)
def test_errors(flux: Flux, autres: dict[str, Any], attendue: str) -> None:
    assert erreur(flux, flux.demander(**autres)) == attendue


def test_state_too_long_or_repeated(flux: Flux) -> None:
    flux.state = "s" * 513
    assert erreur(flux, flux.demander()) == "invalid_request"
    assert erreur(flux, flux.demander(state=["a", flux.state])) == "invalid_request"


def test_prompt_none_when_logged_out(flux: Flux) -> None:
    flux.client = Client()
    assert erreur(flux, flux.demander(prompt="none")) == "login_required"


@pytest.mark.parametrize("nonce", [None, ""])
def test_franceconnect_must_send_a_nonce(flux_franceconnect: Flux, nonce: str | None) -> None:
    flux = flux_franceconnect
    assert erreur(flux, flux.demander(nonce=nonce)) == "invalid_request"


def test_franceconnect_may_not_use_plain(flux_franceconnect: Flux) -> None:
    flux = flux_franceconnect
    assert erreur(flux, flux.demander(code_challenge_method="plain")) == "invalid_request"


# --- What passes ---


@pytest.mark.parametrize(
    "autres",
    [
        {"scope": "email openid birth profile"},
        {"scope": "openid inconnu offline_access"},
        {"nonce": None},
        {"nonce": "n" * 512},
        {"state": None},
        {"acr_values": None},
        {"acr_values": "inconnu"},
        {"acr_values": "eidas2 eidas1"},
        {"prompt": "login"},
        {"prompt": "consent"},
        {"max_age": "0"},
        {"max_age": "1"},
        {"max_age": "10000"},
        {"max_age": "9" * 900},
        {"display": "popup", "ui_locales": "fr-FR", "claims_locales": "fr", "login_hint": "x"},
        {"id_token_hint": "pas.un.jeton"},
        {"extra": "inconnu", "utm_source": "é"},
        {"response_mode": "query"},
    ],
)
def test_passes(flux: Flux, autres: dict[str, Any]) -> None:
    acceptee(flux.demander(**autres))


def test_franceconnects_own_shape(flux_franceconnect: Flux) -> None:
    """No PKCE, in any order, with `prompt=login` and an essential `rep_scope`."""
    sans = {"code_challenge": None, "code_challenge_method": None}
    claims = json.dumps({"id_token": {"rep_scope": {"essential": True, "values": ["Logement"]}}})
    parametres = flux_franceconnect.parametres(**sans, prompt="login", claims=claims)
    a_l_envers = dict(reversed(parametres.items()))
    assert acceptee(flux_franceconnect.client.get("/oidc/authorize", a_l_envers)).totp_exige_apres


def test_post_comes_back_by_get(flux: Flux) -> None:
    """Another site may post the request (OpenID Connect Core, 3.1.2.1), without any cookie."""
    sans_cookie = Client(enforce_csrf_checks=True)
    corps = urlencode(flux.parametres(state="é & ='"))
    reponse = sans_cookie.post("/oidc/authorize", corps, content_type=FORMULAIRE)
    assert reponse.status_code == 303
    assert "Set-Cookie" not in reponse.headers
    assert not DemandeAutorisation.objects.exists()
    assert acceptee(flux.client.get(reponse["Location"])).parametres["state"] == "é & ='"


def test_post_too_large(flux: Flux) -> None:
    corps = urlencode(flux.parametres(state="s" * 17_000))
    refusee_sur_page(Client().post("/oidc/authorize", corps, content_type=FORMULAIRE))


@pytest.mark.parametrize("methode", ["put", "delete", "patch"])
def test_other_methods(flux: Flux, methode: str) -> None:
    assert getattr(flux.client, methode)("/oidc/authorize").status_code == 405


# --- The state comes back as it was ---

ETATS = [
    "a", "a" * 512, "a b+c%20d", "&error=x&code=y", "é€😀", "<script>alert(1)</script>", "'\"\\",
    "\r\nSet-Cookie: a=b", "a#b", "%", "%00", "  ", "==", "\u202e\u0301", "?a=1;b=2",
]  # fmt: skip


@pytest.mark.parametrize("etat", ETATS)
def test_state_is_echoed_byte_for_byte(flux: Flux, etat: str) -> None:
    retour = lire_retour(flux.demander(state=etat, response_type="token"))
    assert retour["state"] == etat


def test_no_state_no_echo(flux: Flux) -> None:
    assert "state" not in lire_retour(flux.demander(state=None, response_type="token"))


def test_registered_address_with_a_query_of_its_own(flux: Flux) -> None:
    adresse = f"{RETOUR}?site=a%20b&vide="
    flux.fs.redirect_uris = [adresse]
    flux.fs.save()
    reponse = flux.demander(redirect_uri=adresse, response_type="token")
    assert reponse["Location"].startswith(f"{adresse}&error=unsupported_response_type&")
