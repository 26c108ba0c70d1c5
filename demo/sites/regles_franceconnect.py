"""The rules that FranceConnect sets for the identity and the perimeters that an FI sends it.

Identity: core-fcp `OidcIdentityDto`. Perimeters: its scenarios TA01 to TA06.
"""

import calendar
import re
from collections.abc import Collection, Mapping
from typing import Any

from demo.sites.verification import Refus

COG = re.compile(r"(?:2[AB]|[0-9]{2})[0-9]{3}", re.ASCII)
BIRTHDATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
FRANCE = "99100"


def anomalies(identite: Mapping[str, Any]) -> list[str]:
    """Return what FranceConnect would refuse in this identity, one sentence each."""
    checks = {
        "given_name : 1 à 256 caractères": _is_name(identite.get("given_name")),
        "family_name : 1 à 256 caractères": _is_name(identite.get("family_name")),
        "birthdate : AAAA-MM-JJ, AAAA-MM-00 ou AAAA-00-00": _is_birthdate(
            identite.get("birthdate")
        ),
        "gender : male, female ou unspecified": identite.get("gender")
        in ("male", "female", "unspecified"),
        "birthcountry : code COG de 5 caractères": _is_cog(identite.get("birthcountry")),
        "birthplace : code COG si né en France": _is_birthplace(identite),
        "email : adresse électronique obligatoire": _is_email(identite.get("email")),
        "preferred_username : texte": isinstance(identite.get("preferred_username", ""), str),
    }
    return [rule for rule, respected in checks.items() if not respected]


def check_rep_scope(id_token: Mapping[str, Any], perimeters: Collection[str]) -> None:
    """Raise Y600020 unless one of the site's perimeters is delegated (no perimeter: all pass)."""
    rep_scope = id_token.get("rep_scope", [])
    if not isinstance(rep_scope, list) or not all(isinstance(one, str) for one in rep_scope):
        raise Refus("Y020030", "Le champ rep_scope n’est pas une liste de textes.")
    if perimeters and not set(perimeters) & set(rep_scope):
        detail = "Le mandat ne couvre aucun des périmètres de ce site."
        raise Refus("Y600020", detail, erreur="access_denied")


def _is_name(value: object) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 256


def _is_cog(value: object) -> bool:
    return isinstance(value, str) and COG.fullmatch(value) is not None


def _is_email(value: object) -> bool:
    return isinstance(value, str) and EMAIL.fullmatch(value) is not None


def _is_birthplace(identite: Mapping[str, Any]) -> bool:
    return identite.get("birthcountry") != FRANCE or _is_cog(identite.get("birthplace"))


def _is_birthdate(value: object) -> bool:
    match = BIRTHDATE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return False
    year, month, day = (int(part) for part in match.groups())
    if month == 0:
        return day == 0
    return month <= 12 and day <= calendar.monthrange(year, month)[1]
