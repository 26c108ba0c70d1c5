"""What FranceConnect did not sign, or not for us, or not now, identifies nobody."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore
from joserfc.jwk import ECKey, OctKey, RSAKey
from pytest_django import Settings

from tests.usagers.faux_franceconnect import SUB, FauxFranceConnect, lance
from tests.usagers.simulateur import CLIENT_ID, CLIENT_SECRET
from usagers import franceconnect
from usagers.franceconnect import (
    ACR_SUFFISANTS,
    TOLERANCE,
    Identification,
    IdentificationImpossible,
    Motif,
)


@dataclass
class Aller:
    """A round trip under way, and the FranceConnect that is going to answer it."""

    faux: FauxFranceConnect
    session: SessionBase
    state: str
    nonce: str

    def id_token(self, **autres: Any) -> dict[str, Any]:
        return self.faux.claims(CLIENT_ID, **{"nonce": self.nonce} | autres)

    def revenir(self, *, id_token: Any = None, userinfo: Any = None) -> Identification:
        self.faux.id_token = id_token or self.faux.signer(self.id_token())
        self.faux.userinfo = userinfo or self.faux.signer(self.faux.identite(CLIENT_ID))
        return franceconnect.revenir(self.session, {"state": self.state, "code": "code"})

    def motif(self, **jetons: Any) -> Motif:
        with pytest.raises(IdentificationImpossible) as refus:
            self.revenir(**jetons)
        assert (refus.value.objet, refus.value.but) == ("objet", "but")
        return refus.value.motif


@pytest.fixture(scope="module")
def serveur() -> Iterator[FauxFranceConnect]:
    with lance() as faux:
        yield faux


@pytest.fixture
def aller(serveur: FauxFranceConnect, settings: Settings) -> Aller:
    settings.FC_ISSUER = serveur.issuer
    settings.FC_CLIENT_ID = CLIENT_ID
    settings.FC_CLIENT_SECRET = CLIENT_SECRET
    session = SessionStore()
    franceconnect.partir(session, but="but", objet="objet")
    (state, garde) = next(iter(session["fc_allers"].items()))
    return Aller(serveur, session, state, garde["nonce"])


def test_right_tokens_identify(aller: Aller) -> None:
    identite = aller.revenir().identite
    assert (identite.sub, identite.nom) == (SUB, "DUBOIS")


@pytest.mark.parametrize("acr", ACR_SUFFISANTS)
def test_level_asked_or_above_is_enough(aller: Aller, acr: str) -> None:
    assert aller.revenir(id_token=aller.faux.signer(aller.id_token(acr=acr)))


def test_expiry_has_a_small_tolerance(aller: Aller) -> None:
    exp = int(time.time()) - TOLERANCE + 10
    assert aller.revenir(id_token=aller.faux.signer(aller.id_token(exp=exp)))


@pytest.mark.parametrize(
    ("nom", "valeur"),
    [
        ("iss", "https://evil.example/api/v2"),
        ("aud", "un-autre-client"),
        ("aud", ["un-autre-client"]),
        ("nonce", "n" * 43),
        ("acr", "eidas0"),
        ("exp", 1),
        ("iat", 4_000_000_000),
        *((nom, None) for nom in ("iss", "sub", "aud", "exp", "iat", "nonce", "acr")),
    ],
)
def test_id_token_that_is_not_for_this_trip_is_refused(
    aller: Aller, nom: str, valeur: object
) -> None:
    jeton = aller.faux.signer(aller.id_token(**{nom: valeur}))
    assert aller.motif(id_token=jeton) is Motif.INVALIDE


@pytest.mark.parametrize(
    ("nom", "valeur"),
    [
        ("iss", "https://evil.example/api/v2"),
        ("iss", None),
        ("aud", "un-autre-client"),
        ("aud", None),
        ("sub", "t" * 66),
        ("sub", None),
        ("exp", 1),
    ],
)
def test_userinfo_of_somebody_or_something_else_is_refused(
    aller: Aller, nom: str, valeur: object
) -> None:
    reponse = aller.faux.signer(aller.faux.identite(CLIENT_ID, **{nom: valeur}))
    assert aller.motif(userinfo=reponse) is Motif.INVALIDE


@pytest.mark.parametrize(
    "nom", ["given_name", "family_name", "birthdate", "birthcountry", "idp_id"]
)
def test_identity_that_lacks_a_part_is_refused(aller: Aller, nom: str) -> None:
    reponse = aller.faux.signer(aller.faux.identite(CLIENT_ID, **{nom: None}))
    assert aller.motif(userinfo=reponse) is Motif.INVALIDE


# --- Signatures ---


def mal_signes(aller: Aller, claims: dict[str, Any]) -> dict[str, str]:
    """The same claims, signed in every wrong way."""
    faux = aller.faux
    rsa = RSAKey.generate_key(2048, parameters={"kid": "rsa", "use": "sig"})
    etranger = ECKey.generate_key("P-256", parameters={"kid": str(faux.cle.kid)})
    faux.publiees = [faux.cle, rsa]
    bon = faux.signer(claims)
    return {
        "none": faux.signer(claims, OctKey.import_key("x"), alg="none"),
        "secret du client": faux.signer(claims, OctKey.import_key(CLIENT_SECRET), alg="HS256"),
        "RSA publié": faux.signer(claims, rsa, alg="RS256", kid="rsa"),
        "clé étrangère": faux.signer(claims, etranger),
        "clé jointe": faux.signer(claims, etranger, jwk=etranger.as_dict(private=False)),
        "signature coupée": bon.rpartition(".")[0] + ".",
        "contenu changé": bon.replace(bon.split(".")[1], "e30"),
        "texte": "pas un jeton",
    }


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
@pytest.mark.parametrize(
    "faute",
    [
        "none", "secret du client", "RSA publié", "clé étrangère", "clé jointe",
        "signature coupée", "contenu changé", "texte",
    ],
)  # fmt: skip
@pytest.mark.parametrize("lequel", ["id_token", "userinfo"])
def test_wrong_signature_is_refused(aller: Aller, lequel: str, faute: str) -> None:
    claims = aller.id_token() if lequel == "id_token" else aller.faux.identite(CLIENT_ID)
    jetons = mal_signes(aller, claims)
    assert aller.motif(**{lequel: jetons[faute]}) is Motif.INVALIDE


@pytest.mark.parametrize("valeur", [{"id": 1}, ["liste"], 12])
def test_token_that_is_no_text_is_refused(aller: Aller, valeur: object) -> None:
    assert aller.motif(id_token=valeur) is Motif.INVALIDE


def test_userinfo_without_signature_is_refused(aller: Aller) -> None:
    assert aller.motif(userinfo=aller.faux.identite(CLIENT_ID)) is Motif.INVALIDE


def test_new_key_is_read_once_more(aller: Aller) -> None:
    aller.revenir()
    franceconnect.partir(aller.session, but="but", objet="objet")
    state, garde = next(iter(aller.session["fc_allers"].items()))
    suivant = Aller(aller.faux, aller.session, state, garde["nonce"])
    aller.faux.tourner()
    avant = aller.faux.lectures_des_cles
    assert suivant.revenir()
    assert aller.faux.lectures_des_cles == avant + 1
