"""The code printed on the mandat's paper: `ABCDE-FGHJK-MNPQR-S`. Pure module.

31 symbols (prime, without 0 O 1 I L); 5 of locator, 10 of secret (49.5 bits), 1 of check: the sum
of rank times symbol, modulo 31, which catches every single slip and every swap of two.
"""

import re
import secrets
from dataclasses import dataclass
from typing import Final

from aidants.secours import ALPHABET as ALPHABET

LOCALISATEUR: Final = 5
SECRET: Final = 10
_RANG: Final = {symbole: rang for rang, symbole in enumerate(ALPHABET)}


class CodeMalForme(ValueError):
    """A slip of the pen or of the keyboard: the check symbol, the length or a symbol is wrong."""


@dataclass(frozen=True)
class CodePapier:
    """A code: the locator finds the mandat, the secret opens it."""

    localisateur: str
    secret: str

    @property
    def controle(self) -> str:
        return _controle(self.localisateur + self.secret)

    def __str__(self) -> str:
        """As printed, in groups of five."""
        corps = self.localisateur + self.secret
        groupes = [corps[i : i + 5] for i in range(0, len(corps), 5)]
        return "-".join([*groupes, self.controle])


def tirer() -> CodePapier:
    """Draw a new code."""
    corps = "".join(secrets.choice(ALPHABET) for _ in range(LOCALISATEUR + SECRET))
    return CodePapier(corps[:LOCALISATEUR], corps[LOCALISATEUR:])


def lire(saisie: str) -> CodePapier:
    """Read what a person typed; case, spaces, dashes and other signs do not count.

    Raises `CodeMalForme` for a slip: such a try can open nothing and is not counted.
    """
    symboles = re.sub(r"[\W_]+", "", saisie).upper()
    if len(symboles) != LOCALISATEUR + SECRET + 1 or any(s not in _RANG for s in symboles):
        raise CodeMalForme
    corps, controle = symboles[:-1], symboles[-1]
    if _controle(corps) != controle:
        raise CodeMalForme
    return CodePapier(corps[:LOCALISATEUR], corps[LOCALISATEUR:])


def _controle(corps: str) -> str:
    somme = sum(rang * _RANG[symbole] for rang, symbole in enumerate(corps, start=1))
    return ALPHABET[somme % len(ALPHABET)]
