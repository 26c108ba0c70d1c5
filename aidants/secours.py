"""Recovery codes, for the day when the telephone is lost: `ABCDE-FGHJK`. Pure module.

31 symbols without 0 O 1 I L: 2 tell the codes of an account apart, 8 are secret (39.6 bits, under
limits: securite.md 2.3 asks 20).
"""

import re
import secrets
from typing import Final

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
NOMBRE: Final = 10
REPERE: Final = 2
TAILLE: Final = 10


def tirer() -> list[str]:
    """Draw ten codes whose first two symbols differ from one code to the next."""
    codes: dict[str, str] = {}
    while len(codes) < NOMBRE:
        code = "".join(secrets.choice(ALPHABET) for _ in range(TAILLE))
        codes.setdefault(code[:REPERE], code)
    return list(codes.values())


def lire(saisie: str) -> str | None:
    """Return the ten symbols that a person typed, or None when it cannot be a recovery code."""
    symboles = re.sub(r"[\W_]+", "", saisie).upper()
    bien_forme = len(symboles) == TAILLE and all(s in ALPHABET for s in symboles)
    return symboles if bien_forme else None


def ecrire(code: str) -> str:
    """As shown and printed: two groups of five."""
    return f"{code[:5]}-{code[5:]}"
