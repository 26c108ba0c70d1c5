"""A question that a person answers at once, when too many codes are missed on the whole site.

No image, no script, nobody else's service: a number in words, to be written in digits. It slows a
program down; the limits and the length of the code do the rest.
"""

import secrets
from typing import Final

from django.contrib.sessions.backends.base import SessionBase

DIZAINES: Final = {20: "vingt", 30: "trente", 40: "quarante", 50: "cinquante", 60: "soixante"}
UNITES: Final = {
    2: "deux", 3: "trois", 4: "quatre", 5: "cinq", 6: "six", 7: "sept", 8: "huit", 9: "neuf",
}  # fmt: skip
_CLE: Final = "consultation_question"
_REPONDUE: Final = 0


def en_lettres(nombre: int) -> str:
    """47 -> « quarante-sept »."""
    return f"{DIZAINES[nombre - nombre % 10]}-{UNITES[nombre % 10]}"


def a_poser(session: SessionBase) -> int | None:
    """The number that this browser is asked; None once it has answered."""
    nombre: int | None = session.get(_CLE)
    if nombre is None:
        nombre = secrets.choice(list(DIZAINES)) + secrets.choice(list(UNITES))
        session[_CLE] = nombre
    return None if nombre == _REPONDUE else nombre


def noter_reponse(session: SessionBase) -> None:
    """It was right: this browser is not asked again for the code that it holds."""
    session[_CLE] = _REPONDUE


def oublier(session: SessionBase) -> None:
    """Another code: another question."""
    session.pop(_CLE, None)
