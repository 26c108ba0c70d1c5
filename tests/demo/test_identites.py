"""What the simulator says of each invented person."""

import pytest

from demo.franceconnect.claims import claims_for
from demo.franceconnect.identites import CIRCULAIRE, IDENTITES, TEST_IDENTITES, Identite
from demo.franceconnect.tokens import pairwise_sub
from demo.sites.regles_franceconnect import COG
from tests.demo.navigateur import Navigateur

TOUT = ("openid", "profile", "birth", "email", "idp_birthdate", "idp_id")


@pytest.mark.parametrize(
    ("slug", "attendu"),
    [
        ("usuelle", {"family_name": "L'HÉRITIER", "birthplace": "29019", "birthcountry": "99100"}),
        ("etranger", {"birthplace": "", "birthcountry": "99341"}),
        ("presumee", {"birthdate": "1962-01-01", "idp_birthdate": "1962-00-00"}),
        ("outremer", {"birthplace": "97411", "birthcountry": "99100"}),
        ("nom_usage", {"family_name": "FRANÇOIS", "preferred_username": "LE GUÉNNEC"}),
        ("sans_courriel", {"birthplace": "2A004"}),
        ("aidants_connect", {"idp_id": "aidants-connect"}),
    ],
)
def test_userinfo_of(navigateur: Navigateur, slug: str, attendu: dict[str, str]) -> None:
    assert navigateur.identite(slug).items() >= attendu.items()


def test_without_email_there_is_no_claim() -> None:
    assert "email" not in claims_for(IDENTITES["sans_courriel"], TOUT)


def test_scopes_limit_the_claims() -> None:
    claims = claims_for(IDENTITES["usuelle"], ("openid", "given_name", "birthcountry"))
    assert set(claims) == {"given_name", "given_name_array", "birthcountry"}


def test_only_the_circular_identity_comes_from_us() -> None:
    assert CIRCULAIRE.idp_id not in {identite.idp_id for identite in TEST_IDENTITES}


@pytest.mark.parametrize("identite", TEST_IDENTITES, ids=lambda identite: identite.slug)
def test_place_codes_are_cog(identite: Identite) -> None:
    claims = claims_for(identite, TOUT)
    assert COG.fullmatch(str(claims["birthcountry"]))
    assert claims["birthplace"] == "" or COG.fullmatch(str(claims["birthplace"]))


def test_sub_is_pairwise_and_stable() -> None:
    identite = IDENTITES["usuelle"]
    sub = pairwise_sub(identite, "a")
    assert sub == pairwise_sub(identite, "a") != pairwise_sub(identite, "b")
    assert len(sub) == 66
    assert sub.endswith("v1")
