"""Whatever is posted to the passkeys' addresses, the answer is a refusal in plain words."""

import copy
import json
from typing import Any

import cbor2
import pytest
from django.test import Client
from django.urls import reverse
from django_otp_webauthn.models import WebAuthnCredential
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aidants.models import Aidant
from aidants.views.cles_acces import CORPS_MAX, ILLISIBLE, TROP_LONG
from tests.aidants.cles import doter, poster
from tests.authentificateur import Authentificateur, ecrire
from tests.clients_http import ouvrir_session

ADRESSES = (
    "cle_enregistrement_debut",
    "cle_enregistrement_fin",
    "cle_connexion_debut",
    "cle_connexion_fin",
)
ESSAIS = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
FEUILLES = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=30) | st.binary(max_size=60).map(ecrire)
    | st.sampled_from(["public-key", "\ud800", "a\0", "é", "=", "AA", "platform"])
)  # fmt: skip
VALEURS = st.recursive(
    FEUILLES,
    lambda sous: (
        st.lists(sous, max_size=3) | st.dictionaries(st.text(max_size=8), sous, max_size=3)
    ),
    max_leaves=6,
)
CBOR = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.binary(max_size=80)
    | st.text(max_size=8) | st.sampled_from(["none", "packed", "tpm", "apple"]),
    lambda sous: st.lists(sous, max_size=3)
    | st.dictionaries(st.integers(-4, 4) | st.text(max_size=8), sous, max_size=5),
    max_leaves=8,
)  # fmt: skip
CHAMPS = ["id", "rawId", "type", "response", "authenticatorAttachment", "clientExtensionResults"]
# Read by nobody at a login, or only to be understood better.
INDICES = [
    "authenticatorAttachment", "clientExtensionResults", "clientExtensionResults.credProps",
    "response.attestationObject", "response.transports",
]  # fmt: skip
SIGNES = [f"response.{nom}" for nom in ("clientDataJSON", "authenticatorData", "signature")]
CHEMINS = st.sampled_from(
    ["id", "rawId", "type", "response", "response.userHandle"] + INDICES + SIGNES
)


@pytest.fixture
def visiteur(aidant: Aidant) -> Client:
    client = Client(raise_request_exception=True)
    ouvrir_session(client, aidant)
    return client


def est_un_refus(reponse: Any) -> bool:
    return reponse.status_code in (400, 403, 409, 413, 422) and list(reponse.json()) == ["message"]


def deformer(corps: Any, chemin: str, valeur: Any) -> None:
    *parents, dernier = chemin.split(".")
    for nom in parents:
        corps = corps.setdefault(nom, {})
    corps[dernier] = valeur


def ecrire_json(corps: Any) -> bytes:
    return json.dumps(corps).encode()


@pytest.mark.parametrize("route", ADRESSES)
@pytest.mark.parametrize(
    "octets",
    [b"", b"{", b"[]", b"null", b'"a"', b"NaN", b'{"nom": NaN}', b"\xff\xfe", b"[" * 9000,
     b'{"a":' * 3000, b"1" * 5000],
)  # fmt: skip
def test_what_is_no_json_object_is_refused(visiteur: Client, route: str, octets: bytes) -> None:
    reponse = visiteur.post(reverse(route), octets, content_type="application/json")
    assert (reponse.status_code, reponse.json()) == (400, {"message": ILLISIBLE})


@pytest.mark.parametrize("route", ADRESSES)
def test_forms_are_refused(visiteur: Client, route: str) -> None:
    assert visiteur.post(reverse(route), {"nom": "Clé"}).status_code == 400


@pytest.mark.parametrize("route", ADRESSES)
@pytest.mark.parametrize("taille", [CORPS_MAX, 3_000_000])
def test_what_is_too_long_is_refused(visiteur: Client, route: str, taille: int) -> None:
    reponse = poster(visiteur, route, {"nom": "x" * taille})
    assert (reponse.status_code, reponse.json()) == (413, {"message": TROP_LONG})


@ESSAIS
@given(corps=st.dictionaries(st.sampled_from(CHAMPS), VALEURS), adresse=st.ip_addresses(v=4))
def test_any_object_is_refused(visiteur: Client, corps: Any, adresse: Any) -> None:
    poster(visiteur, "cle_enregistrement_debut", {"nom": "Clé"})
    assert est_un_refus(poster(visiteur, "cle_enregistrement_fin", ecrire_json(corps)))
    ailleurs = Client(REMOTE_ADDR=str(adresse))
    poster(ailleurs, "cle_connexion_debut", {})
    assert est_un_refus(poster(ailleurs, "cle_connexion_fin", ecrire_json(corps)))


@ESSAIS
@given(chemin=CHEMINS, valeur=VALEURS, adresse=st.ip_addresses(v=4))
def test_answer_with_one_wrong_part_opens_nothing(
    aidant: Aidant, chemin: str, valeur: Any, adresse: Any
) -> None:
    """The hints, which nothing depends on, may be anything; and the right value may be drawn."""
    appareil, client = doter(aidant), Client(REMOTE_ADDR=str(adresse))
    reponse = appareil.presenter(poster(client, "cle_connexion_debut", {}).json())
    juste = copy.deepcopy(reponse)
    deformer(reponse, chemin, valeur)
    statut = poster(client, "cle_connexion_fin", ecrire_json(reponse)).status_code
    assert statut in ((200, 403) if chemin in INDICES or reponse == juste else (403,))
    WebAuthnCredential.objects.all().delete()


@ESSAIS
@given(chemin=CHEMINS, valeur=VALEURS)
def test_creation_with_one_wrong_part_is_no_error_of_ours(
    visiteur: Client, chemin: str, valeur: Any
) -> None:
    options = poster(visiteur, "cle_enregistrement_debut", {"nom": "Clé"}).json()
    reponse = Authentificateur().creer(options)
    deformer(reponse, chemin, valeur)
    fin = poster(visiteur, "cle_enregistrement_fin", ecrire_json(reponse))
    assert fin.status_code == 200 or est_un_refus(fin)
    WebAuthnCredential.objects.all().delete()


@ESSAIS
@given(objet=CBOR, cle=CBOR)
def test_hostile_attestation_is_refused(visiteur: Client, objet: Any, cle: Any) -> None:
    class Tordu(Authentificateur):
        def cle_publique(self) -> bytes:
            return cbor2.dumps(cle)

    for attestation in ({}, {"attStmt": objet}, {"authData": objet}, {"fmt": objet}):
        options = poster(visiteur, "cle_enregistrement_debut", {"nom": "Clé"}).json()
        reponse = Tordu().creer(options, **attestation)
        assert est_un_refus(poster(visiteur, "cle_enregistrement_fin", reponse))


def test_number_in_place_of_bytes_takes_no_memory(visiteur: Client) -> None:
    options = poster(visiteur, "cle_enregistrement_debut", {"nom": "Clé"}).json()
    reponse = Authentificateur().creer(options, authData=2**62)
    assert est_un_refus(poster(visiteur, "cle_enregistrement_fin", reponse))


@pytest.mark.parametrize(
    "cle",
    [{1: 2, 3: -7, -1: 1, -2: b"x" * 32, -3: b"y" * 32}, {1: 1, 3: -8, -1: 6, -2: b"x"},
     {1: 3, 3: -257, -1: b"\x02", -2: b"\x01"}, {1: 2, 3: -7, -1: 9, -2: b"x", -3: b"y"}],
)  # fmt: skip
def test_key_that_could_verify_nothing_is_refused(visiteur: Client, cle: Any) -> None:
    class Tordu(Authentificateur):
        def cle_publique(self) -> bytes:
            return cbor2.dumps(cle)

    options = poster(visiteur, "cle_enregistrement_debut", {"nom": "Clé"}).json()
    assert est_un_refus(poster(visiteur, "cle_enregistrement_fin", Tordu().creer(options)))
