"""The exchange: code, tokens, identity; what each gives, and gives once."""

import base64
import hashlib
import json

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from joserfc import jwt
from joserfc.jwk import KeySet

from fournisseur_identite.identite import sub
from fournisseur_identite.models import Connexion
from journal.models import Entree
from mandats.models import Autorisation
from tests.clients_http import ouvrir_session
from tests.fournisseur_identite.flux import FORMULAIRE, Flux, corps_encode

pytestmark = pytest.mark.django_db


def _claims(id_token: str) -> dict[str, object]:
    cles = KeySet.import_key_set(Client().get("/oidc/jwks").json())
    return dict(jwt.decode(id_token, cles, algorithms=["ES256"]).claims)


def test_code_token_identity(flux: Flux, autorisation: Autorisation) -> None:
    jetons = flux.echanger(flux.code(autorisation)).json()
    claims = _claims(jetons["id_token"])
    assert claims["iss"] == settings.SITE_URL
    assert claims["aud"] == flux.fs.client_id
    assert claims["nonce"] == flux.nonce
    assert claims["acr"] == "eidas1"
    assert claims["exp"] - claims["iat"] == 60  # type: ignore[operator]
    identite = flux.identite(jetons["access_token"]).json()
    usager = autorisation.mandat.usager
    assert identite == {
        "sub": claims["sub"],
        "given_name": usager.prenoms,
        "family_name": usager.nom,
        "gender": "female",
        "birthdate": "1962-08-24",
        "birthplace": "75107",
        "birthcountry": "99100",
        "email": usager.courriel,
    }


def test_id_token_holds_no_more_than_the_subject(flux: Flux, autorisation: Autorisation) -> None:
    claims = _claims(flux.echanger(flux.code(autorisation)).json()["id_token"])
    attendus = {"iss", "aud", "iat", "exp", "sub", "nonce", "acr", "auth_time", "at_hash"}
    assert set(claims) == attendus


def test_at_hash_is_the_access_tokens(flux: Flux, autorisation: Autorisation) -> None:
    jetons = flux.echanger(flux.code(autorisation)).json()
    moitie = hashlib.sha256(jetons["access_token"].encode()).digest()[:16]
    attendu = base64.urlsafe_b64encode(moitie).rstrip(b"=").decode()
    assert _claims(jetons["id_token"])["at_hash"] == attendu


def test_token_answer_is_standard_and_not_stored(flux: Flux, autorisation: Autorisation) -> None:
    reponse = flux.echanger(flux.code(autorisation))
    assert reponse["Cache-Control"] == "no-store"
    assert set(reponse.json()) == {
        "access_token", "id_token", "token_type", "expires_in", "scope",
    }  # fmt: skip
    assert reponse.json()["token_type"] == "Bearer"


def test_each_use_is_journaled_once(flux: Flux, autorisation: Autorisation) -> None:
    jetons = flux.echanger(flux.code(autorisation)).json()
    flux.identite(jetons["access_token"])
    flux.identite(jetons["access_token"])
    actions = list(Entree.objects.order_by("id").values_list("action", flat=True))
    assert actions == ["jeton_remis", "utilisation"]
    entree = Entree.objects.get(action="utilisation")
    assert entree.demarche == "logement"
    assert entree.fs_ref == flux.fs.client_id
    assert entree.sujet.mandat_ref == str(autorisation.mandat_id)


def test_code_is_accepted_once_and_a_replay_kills_the_token(
    flux: Flux, autorisation: Autorisation
) -> None:
    code = flux.code(autorisation)
    jetons = flux.echanger(code).json()
    rejeu = flux.echanger(code)
    assert (rejeu.status_code, rejeu.json()["error"]) == (400, "invalid_grant")
    assert flux.identite(jetons["access_token"]).status_code == 401


def test_token_is_accepted_once(flux: Flux, autorisation: Autorisation) -> None:
    jeton = flux.echanger(flux.code(autorisation)).json()["access_token"]
    assert flux.identite(jeton).status_code == 200
    assert flux.identite(jeton).status_code == 401


def test_code_lives_sixty_seconds(flux: Flux, autorisation: Autorisation) -> None:
    with time_machine.travel("2026-11-23T10:00:00Z", tick=False) as horloge:
        ouvrir_session(flux.client, autorisation.mandat.aidant)
        code = flux.code(autorisation)
        horloge.shift(61)
        assert flux.echanger(code).json()["error"] == "invalid_grant"


def test_token_lives_sixty_seconds(flux: Flux, autorisation: Autorisation) -> None:
    jeton = flux.echanger(flux.code(autorisation)).json()["access_token"]
    connexion = Connexion.objects.get()
    assert connexion.jeton_expire_le is not None
    with time_machine.travel(connexion.jeton_expire_le):
        assert flux.identite(jeton).status_code == 401


def test_code_and_token_are_kept_as_digests(flux: Flux, autorisation: Autorisation) -> None:
    code = flux.code(autorisation)
    jeton = flux.echanger(code).json()["access_token"]
    ligne = json.dumps(list(Connexion.objects.values()), default=str)
    assert code not in ligne
    assert jeton not in ligne
    assert hashlib.sha256(code.encode()).hexdigest() in ligne


def test_wrong_verifier_burns_the_code(flux: Flux, autorisation: Autorisation) -> None:
    code = flux.code(autorisation)
    assert flux.echanger(code, code_verifier="x" * 43).json()["error"] == "invalid_grant"
    assert flux.echanger(code).json()["error"] == "invalid_grant"


def test_missing_verifier_is_refused(flux: Flux, autorisation: Autorisation) -> None:
    reponse = flux.echanger(flux.code(autorisation), code_verifier=None)
    assert reponse.json()["error"] == "invalid_request"


def test_other_redirect_uri_is_refused(flux: Flux, autorisation: Autorisation) -> None:
    reponse = flux.echanger(flux.code(autorisation), redirect_uri="https://fs.example.org/autre")
    assert reponse.json()["error"] == "invalid_grant"


@pytest.mark.parametrize("champs", [{"client_secret": "faux"}, {"client_id": "inconnu"}])
def test_wrong_credentials_get_one_same_answer(
    flux: Flux, autorisation: Autorisation, champs: dict[str, str]
) -> None:
    reponse = flux.echanger(flux.code(autorisation), **champs)
    assert reponse.status_code == 401
    assert reponse.json()["error"] == "invalid_client"
    assert "WWW-Authenticate" in reponse


def test_client_secret_basic(flux: Flux, autorisation: Autorisation) -> None:
    code = flux.code(autorisation)
    corps = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": "https://fs.example.org/retour",
        "code_verifier": flux.verifier,
    }
    paire = base64.b64encode(f"{flux.fs.client_id}:{flux.secret}".encode()).decode()
    reponse = Client().post(
        "/oidc/token",
        corps_encode(corps),
        content_type=FORMULAIRE,
        headers={"Authorization": f"Basic {paire}"},
    )
    assert reponse.status_code == 200


@pytest.mark.parametrize("paire", [b"%00:x", b"a\x00b:x", b"\xff:x", b"sans", b"", b"a:b:c"])
def test_unreadable_basic_credentials(paire: bytes) -> None:
    en_tete = {"Authorization": f"Basic {base64.b64encode(paire).decode()}"}
    corps = corps_encode({"grant_type": "authorization_code", "code": "x"})
    reponse = Client().post("/oidc/token", corps, content_type=FORMULAIRE, headers=en_tete)
    assert (reponse.status_code, reponse.json()["error"]) == (401, "invalid_client")


def test_unknown_grant_type(flux: Flux) -> None:
    reponse = flux.echanger("x", grant_type="password")
    assert (reponse.status_code, reponse.json()["error"]) == (400, "unsupported_grant_type")


def test_token_refuses_get() -> None:
    assert Client().get("/oidc/token").status_code == 405


def test_userinfo_without_token_challenges() -> None:
    reponse = Client().get("/oidc/userinfo")
    assert reponse.status_code == 401
    assert reponse["WWW-Authenticate"] == 'Bearer realm="oidc"'


def test_signed_userinfo_where_the_fs_is_registered_so(
    flux: Flux, autorisation: Autorisation
) -> None:
    flux.fs.userinfo_signe = True
    flux.fs.save()
    jetons = flux.echanger(flux.code(autorisation)).json()
    reponse = flux.identite(jetons["access_token"])
    assert reponse["Content-Type"] == "application/jwt"
    claims = _claims(reponse.content.decode())
    assert claims["aud"] == flux.fs.client_id
    assert claims["given_name"] == autorisation.mandat.usager.prenoms


def test_sub_is_pairwise(flux: Flux, flux_franceconnect: Flux, autorisation: Autorisation) -> None:
    flux_franceconnect.fs.secteur = "autre.example.org"
    flux_franceconnect.fs.save()
    usager = autorisation.mandat.usager
    ici, ailleurs = sub(flux.fs, usager), sub(flux_franceconnect.fs, usager)
    assert len(ici) == 43
    assert ici != ailleurs
    assert sub(flux.fs, usager) == ici
