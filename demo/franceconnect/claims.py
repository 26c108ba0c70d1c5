"""Which claims each scope opens at FranceConnect v2 (address and phone are gone)."""

from collections.abc import Iterable

from demo.franceconnect.identites import Identite

_NAMES = ("given_name", "given_name_array", "family_name", "birthdate", "gender")
_BIRTH = ("birthplace", "birthcountry")

SCOPES: dict[str, tuple[str, ...]] = {
    "openid": (),
    "profile": (*_NAMES, "preferred_username"),
    "birth": _BIRTH,
    "identite_pivot": (*_NAMES, *_BIRTH),
    "given_name": ("given_name", "given_name_array"),
    "family_name": ("family_name",),
    "preferred_username": ("preferred_username",),
    "gender": ("gender",),
    "birthdate": ("birthdate",),
    "birthplace": ("birthplace",),
    "birthcountry": ("birthcountry",),
    "email": ("email",),
    "idp_birthdate": ("idp_birthdate",),
    "idp_id": ("idp_id",),
    "amr": (),
}

# What FranceConnect leaves out when the identity provider did not give it.
_OPTIONAL = ("email", "preferred_username")


def claims_for(identite: Identite, scopes: Iterable[str]) -> dict[str, object]:
    """Return the claims of `identite` that `scopes` open, without `sub`."""
    opened = {name for scope in scopes for name in SCOPES[scope]}
    return {name: value for name, value in _all_claims(identite).items() if name in opened}


def _all_claims(identite: Identite) -> dict[str, object]:
    values: dict[str, object] = {
        "given_name": identite.given_name,
        "given_name_array": identite.given_name.split(" "),
        "family_name": identite.family_name,
        "preferred_username": identite.preferred_username,
        "gender": identite.gender,
        "birthdate": identite.birthdate_complete,
        "birthplace": identite.birthplace,
        "birthcountry": identite.birthcountry,
        "email": identite.email,
        "idp_birthdate": identite.birthdate,
        "idp_id": identite.idp_id,
    }
    return {name: value for name, value in values.items() if value or name not in _OPTIONAL}
