"""Logout asked by a FS: its delegation ends, the aidant stays, nobody is sent elsewhere."""

import hmac
import json
import secrets
from base64 import urlsafe_b64encode
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from joserfc import jwt
from joserfc.jwk import ECKey

from fournisseur_identite import cles
from fournisseur_identite.models import Connexion
from mandats.models import Autorisation
from tests.factories import MandatFactory
from tests.fournisseur_identite.flux import Flux

pytestmark = pytest.mark.django_db
SORTIE = "https://fs.example.org/sortie"


@pytest.fixture
def jetons(flux: Flux, autorisation: Autorisation) -> dict[str, str]:
    recus: dict[str, str] = flux.echanger(flux.code(autorisation)).json()
    return recus


def sortir(client: Client, **parametres: Any) -> Any:
    return client.get("/oidc/logout", parametres)


def est_fermee() -> bool:
    return Connexion.objects.get().fermee_le is not None


def reste_ici(reponse: Any, *, reconnue: bool) -> None:
    """A page of ours: nobody is sent away, and what it says is what was done."""
    assert reponse.status_code == 200
    assert "Location" not in reponse
    titre = "est terminée" if reconnue else "pas reconnu cette connexion"
    assert titre in reponse.content.decode()
    assert est_fermee() is reconnue


# --- It ends the delegation, and that alone ---


def test_sends_back_with_the_state(flux: Flux, jetons: dict[str, str]) -> None:
    etat = "é &=#%\r\n'\""
    reponse = sortir(
        flux.client,
        id_token_hint=jetons["id_token"],
        post_logout_redirect_uri=SORTIE,
        state=etat,
        client_id=flux.fs.client_id,
    )
    assert reponse.status_code == 303
    adresse = urlsplit(reponse["Location"])
    assert adresse._replace(query="").geturl() == SORTIE
    assert parse_qsl(adresse.query, strict_parsing=True) == [("state", etat)]
    assert est_fermee()


def test_without_state(flux: Flux, jetons: dict[str, str]) -> None:
    reponse = sortir(flux.client, id_token_hint=jetons["id_token"], post_logout_redirect_uri=SORTIE)
    assert (reponse.status_code, reponse["Location"]) == (303, SORTIE)


def test_by_post_from_another_site(jetons: dict[str, str]) -> None:
    corps = {"id_token_hint": jetons["id_token"], "post_logout_redirect_uri": SORTIE, "state": "s"}
    reponse = Client(enforce_csrf_checks=True).post("/oidc/logout", corps)
    assert (reponse.status_code, reponse["Location"]) == (303, f"{SORTIE}?state=s")


def test_expired_hint(flux: Flux, jetons: dict[str, str]) -> None:
    with time_machine.travel(timezone.now() + timedelta(hours=11)):
        reponse = sortir(
            flux.client, id_token_hint=jetons["id_token"], post_logout_redirect_uri=SORTIE
        )
    assert reponse["Location"] == SORTIE
    assert est_fermee()


def test_twice(flux: Flux, jetons: dict[str, str]) -> None:
    for _ in range(2):
        assert sortir(flux.client, id_token_hint=jetons["id_token"]).status_code == 200
    reste_ici(sortir(flux.client, id_token_hint=jetons["id_token"]), reconnue=True)


def test_token_is_dead_after_it(flux: Flux, jetons: dict[str, str]) -> None:
    sortir(flux.client, id_token_hint=jetons["id_token"])
    assert flux.identite(jetons["access_token"]).status_code == 401


def test_aidant_stays_at_work(
    flux: Flux, autorisation: Autorisation, jetons: dict[str, str]
) -> None:
    sortir(flux.client, id_token_hint=jetons["id_token"], post_logout_redirect_uri=SORTIE)
    assert flux.client.get("/espace/").status_code == 200
    flux.nonce = secrets.token_urlsafe(32)
    assert flux.code(autorisation)


def test_another_person_s_connexion_stays_open(
    flux: Flux, autorisation: Autorisation, jetons: dict[str, str]
) -> None:
    mandat = autorisation.mandat
    voisin = MandatFactory(structure=mandat.structure, aidant=mandat.aidant, demarches=["logement"])
    autre = Flux(flux.client, flux.fs, flux.secret)
    code = autre.code(voisin.autorisations.get())
    sortir(flux.client, id_token_hint=jetons["id_token"])
    assert autre.identite(autre.echanger(code).json()["access_token"]).status_code == 200


# --- Whom we do not trust ---


@pytest.mark.parametrize(
    "parametres",
    [
        {},
        {"state": "s"},
        {"post_logout_redirect_uri": SORTIE},
        {"post_logout_redirect_uri": SORTIE, "client_id": "fs", "state": "s"},
        *({"id_token_hint": indice, "post_logout_redirect_uri": SORTIE}
          for indice in ("", "x", "a.b.c", "é.è.à", "..", "\x00", "a.b.c.d.e", "e30.e30.",
                         "eyJhbGciOiJFUzI1NiJ9.e30.AAAA", "x" * 100_000)),
    ],
    ids=lambda parametres: str(parametres)[:60],
)  # fmt: skip
def test_no_hint_or_no_id_token(
    flux: Flux, jetons: dict[str, str], parametres: dict[str, str]
) -> None:
    reste_ici(flux.client.post("/oidc/logout", parametres), reconnue=False)


def _claims(id_token: str) -> dict[str, Any]:
    return dict(jwt.decode(id_token, cles.active(), algorithms=["ES256"]).claims)


def _base64(octets: bytes) -> str:
    return urlsafe_b64encode(octets).decode().rstrip("=")


def _alg_none(id_token: str) -> str:
    entete = _base64(b'{"alg":"none"}')
    return f"{entete}.{id_token.split('.')[1]}."


def _autre_cle(id_token: str) -> str:
    entete = {"alg": "ES256", "kid": str(cles.active().kid)}
    return jwt.encode(entete, _claims(id_token), ECKey.generate_key("P-256"))


def _cle_publique_en_hmac(id_token: str) -> str:
    """The old confusion of algorithms: our public key, as the secret of an HMAC."""
    entete = _base64(b'{"alg":"HS256","typ":"JWT"}')
    message = f"{entete}.{id_token.split('.')[1]}"
    publique = cles.active().as_pem(private=False)
    return f"{message}.{_base64(hmac.digest(publique, message.encode(), 'sha256'))}"


def _charge_changee(id_token: str) -> str:
    entete, _, signature = id_token.split(".")
    charge = json.dumps(_claims(id_token) | {"sub": "autre"}).encode()
    return f"{entete}.{_base64(charge)}.{signature}"


def _jamais_remis(id_token: str) -> str:
    """Our own signature, on what was never handed out as an id_token."""
    entete = {"alg": "ES256", "kid": str(cles.active().kid)}
    return jwt.encode(entete, _claims(id_token), cles.active())


@pytest.mark.parametrize(
    "forger", [_alg_none, _autre_cle, _cle_publique_en_hmac, _charge_changee, _jamais_remis]
)
def test_forged_hint(flux: Flux, jetons: dict[str, str], forger: Any) -> None:
    faux = forger(jetons["id_token"])
    reponse = sortir(flux.client, id_token_hint=faux, post_logout_redirect_uri=SORTIE, state="s")
    reste_ici(reponse, reconnue=False)


def test_signed_userinfo_is_no_hint(flux: Flux, jetons: dict[str, str]) -> None:
    flux.fs.userinfo_signe = True
    flux.fs.save()
    signe = flux.identite(jetons["access_token"]).content.decode()
    reste_ici(sortir(flux.client, id_token_hint=signe), reconnue=False)


@pytest.mark.parametrize("client_id", ["inconnu", "", "x" * 5000])
def test_other_client_id(flux: Flux, jetons: dict[str, str], client_id: str) -> None:
    reponse = sortir(
        flux.client,
        id_token_hint=jetons["id_token"],
        client_id=client_id,
        post_logout_redirect_uri=SORTIE,
    )
    reste_ici(reponse, reconnue=False)


# --- Where nobody is sent ---


@pytest.mark.parametrize(
    "adresse",
    [
        "", "https://evil.example/", SORTIE + "/", SORTIE + "?a=1", SORTIE + "#", SORTIE + "\n",
        SORTIE + "\x00", SORTIE.upper(), "https://fs.example.org:443/sortie", "//fs.example.org",
        "https://fs.example.org@evil.example/sortie", "javascript:alert(1)", "/sortie",
        "https://fs.example.org/retour", "http://fs.example.org/sortie", "x" * 5000,
    ],
)  # fmt: skip
def test_unregistered_address(flux: Flux, jetons: dict[str, str], adresse: str) -> None:
    reponse = sortir(
        flux.client,
        id_token_hint=jetons["id_token"],
        post_logout_redirect_uri=adresse,
        state="s",
    )
    reste_ici(reponse, reconnue=True)


def test_address_of_another_client(
    flux: Flux, flux_franceconnect: Flux, jetons: dict[str, str]
) -> None:
    flux_franceconnect.fs.post_logout_redirect_uris = ["https://autre.example.org/sortie"]
    flux_franceconnect.fs.save()
    reponse = sortir(
        flux.client,
        id_token_hint=jetons["id_token"],
        post_logout_redirect_uri="https://autre.example.org/sortie",
    )
    reste_ici(reponse, reconnue=True)


def test_registered_address_with_a_query_of_its_own(flux: Flux, jetons: dict[str, str]) -> None:
    adresse = "https://fs.example.org/sortie?site=a%20b&vide="
    flux.fs.post_logout_redirect_uris = [adresse]
    flux.fs.save()
    reponse = sortir(
        flux.client,
        id_token_hint=jetons["id_token"],
        post_logout_redirect_uri=adresse,
        state="s t",
    )
    assert reponse["Location"] == f"{adresse}&state=s+t"
